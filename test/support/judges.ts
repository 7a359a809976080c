import { describe, it } from "vitest";
import { programsOnPath, pythonWith } from "../../scripts/programs.mjs";

// Judges: other programs that check what is written here, and properties of the
// machine. README promises that Node and npm are enough, so a test that needs one
// is skipped where it is missing, with the reason in its name. Where
// TVB_JUDGES is "required", as in CI, a missing program is a failure instead.

export interface Judge {
  /** What is missing, for the name of a skipped test. */
  readonly reason: string;
  readonly isHere: boolean;
  /** Whether TVB_JUDGES=required applies: a program can be installed, a property of the machine cannot. */
  readonly canBeInstalled: boolean;
}

/** A program on PATH. */
export class Program implements Judge {
  readonly canBeInstalled = true;
  readonly reason: string;
  readonly #find: () => string | undefined;
  #found: { readonly path: string | undefined } | undefined;

  constructor(what: string, find: () => string | undefined) {
    this.reason = `no ${what} on PATH`;
    this.#find = find;
  }

  get isHere(): boolean {
    return this.#path !== undefined;
  }

  /** The path of its file; throws an `Error` where it is missing. */
  get command(): string {
    const path = this.#path;
    if (path === undefined)
      throw new Error(`${this.reason}: this must run in a test only, not while tests are collected`);
    return path;
  }

  get #path(): string | undefined {
    // Searched once, and only when a test needs it.
    this.#found ??= { path: this.#find() };
    return this.#found.path;
  }
}

function program(name: string): Program {
  return new Program(name, () => programsOnPath(name)[0]);
}

function python(...modules: readonly string[]): Program {
  return new Program(`python3 with ${modules.join(", ")}`, () => pythonWith(...modules));
}

/** Python with h5py, and numpy, on which h5py depends. */
export const h5py = python("h5py");
export const numpy = python("numpy");
/** zarr-python before 3, which knows version 2 only, and xarray on it. */
export const zarrPython = python("zarr", "xarray");
/** What computes on Zarr in parallel, with both, and its cluster. */
export const dask = python("dask.array", "distributed", "zarr", "xarray");
/** Python with the parts of its library that are compared here; some builds lack zlib or bz2. */
export const plainPython = python("bz2", "zlib", "zipfile", "xml.dom.minidom");

export const h5diff = program("h5diff");
export const h5dump = program("h5dump");
export const h5stat = program("h5stat");
export const zip = program("zip");
export const unzip = program("unzip");
export const sevenZip = program("7z");
export const bsdtar = program("bsdtar");
/** What pages run in. */
export const chromium = program("chromium");
export const bash = program("bash");
export const zsh = program("zsh");
export const fish = program("fish");
/** Of util-linux: gives a program a terminal. */
export const script = program("script");
/** Of util-linux: runs a program as another user. */
export const setpriv = program("setpriv");
/** Of util-linux: takes the lock that HDF5 takes. */
export const flock = program("flock");

function machine(reason: string, isHere: boolean): Judge {
  return { reason, isHere, canBeInstalled: false };
}

export const linux = machine("not Linux", process.platform === "linux");
export const posix = machine("Windows", process.platform !== "win32");
export const noRoot = machine("root may do everything", process.getuid?.() !== 0);

/** A judge of one test file, such as a second disk. */
export function onlyWhere(isHere: boolean, reason: string): Judge {
  return machine(reason, isHere);
}

/** In CI nothing is skipped because a program is missing: its `command` throws, and the test fails. */
const isRequired = process.env["TVB_JUDGES"] === "required";

/** Whether a judge is available, for a test that is useful without it too. */
export function canAsk(judge: Judge): boolean {
  return judge.isHere || (isRequired && judge.canBeInstalled);
}

/** `describe`, for tests that need all these judges. */
export function describeWith(...judges: readonly Judge[]): typeof describe.skip {
  const reason = reasonToSkip(judges);
  return reason === undefined ? describe : renamed(describe.skip, reason);
}

/** `it`, for tests that need all these judges. */
export function itWith(...judges: readonly Judge[]): typeof it.skip {
  const reason = reasonToSkip(judges);
  return reason === undefined ? it : renamed(it.skip, reason);
}

function reasonToSkip(judges: readonly Judge[]): string | undefined {
  const missing = judges.filter((judge) => !canAsk(judge));
  return missing.length === 0 ? undefined : missing.map(({ reason }) => reason).join(", ");
}

/** The same function with the reason at the end of each name, also for `each`. */
function renamed<Api extends (...args: never[]) => unknown>(api: Api, reason: string): Api {
  return new Proxy(api, {
    apply: (target, self, [name, ...rest]: unknown[]) =>
      Reflect.apply(target, self, [`${name} (skipped: ${reason})`, ...rest] as never[]),
    get: (target, key) => {
      const member: unknown = Reflect.get(target, key);
      if (key !== "each" || typeof member !== "function") return member;
      return (...cases: unknown[]) => renamed(Reflect.apply(member, target, cases), reason);
    },
  });
}
