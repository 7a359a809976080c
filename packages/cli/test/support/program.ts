import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { BackendRegistry } from "@tvb-storage/core";
import { bash, script, setpriv } from "../../../../test/support/judges.js";
import { type Output, run } from "../../src/index.js";

export { bash, script, setpriv };

// Runs the built program as a user would: in a pipe, or in a terminal of a fixed width. Most tests need no process of
// their own, which takes longer to start than their command to run: they call the command in this one (`tvbStorage`).

const here = fileURLToPath(new URL("../..", import.meta.url));
export const mainFile = join(here, "dist/main.js");

interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface CallOptions extends Surroundings {
  /** What files are opened by; default HDF5 alone. */
  readonly backends?: BackendRegistry;
}

export interface RunOptions extends Surroundings {
  /** Written to its standard input, which is empty else. */
  readonly input?: string | Uint8Array;
  /** Largest file that it may write, in blocks of 1024 bytes, as by `ulimit -f`: a disk that is full. Needs `bash`. */
  readonly fileBlocks?: number;
  /** Where the tests are run by root, who may do everything: as the user 65534 then. Needs `setpriv`. */
  readonly withoutRights?: boolean;
}

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  /** The exit status, or the name of the signal that ended it. */
  readonly status: number | string;
}

/** A program that runs. */
export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ran>;
  /** Resolves when `part` is in what it has written to either output; rejects where it ends without. */
  saw(part: string): Promise<void>;
}

/** Nothing of the environment of the tests, so that the output is the same everywhere. */
function environment(env: RunOptions["env"] = {}): Record<string, string> {
  const { PATH = "", TMPDIR = "/tmp" } = process.env;
  return { PATH, TMPDIR, TZ: "UTC", LANG: "C.UTF-8", TERM: "xterm-256color", ...env };
}

let lastRun: Promise<unknown> = Promise.resolve();

/** Runs `tvb-storage ...args` in this process, with its output in pipes; one at a time, since there is one folder to be in. */
export function tvbStorage(args: readonly string[], options: CallOptions = {}): Promise<Ran> {
  const ran = lastRun.then(() => called(args, options));
  lastRun = ran.catch(() => {});
  return ran;
}

async function called(args: readonly string[], { cwd, env, backends }: CallOptions): Promise<Ran> {
  const written = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const output = (name: keyof typeof written): Output => ({
    isTerminal: false,
    columns: undefined,
    write: async (part) => void written[name].push(Buffer.from(part)),
  });
  const terminal = {
    stdout: output("stdout"),
    stderr: output("stderr"),
    env: environment(env),
    signal: new AbortController().signal,
  };
  const before = process.cwd();
  const { TZ } = process.env;
  try {
    if (cwd !== undefined) process.chdir(cwd);
    process.env["TZ"] = "UTC";
    const status = await run(args, terminal, backends === undefined ? {} : { backends });
    const textOf = (name: keyof typeof written) => Buffer.concat(written[name]).toString();
    // In errors, a file that the test has open is named by its full path.
    const stderr = textOf("stderr").replace(/^tvb-storage: .*/gm, (line) =>
      cwd === undefined ? line : line.replaceAll(`${cwd}/`, ""),
    );
    return { stdout: textOf("stdout"), stderr, status };
  } finally {
    process.chdir(before);
    if (TZ === undefined) delete process.env["TZ"];
    else process.env["TZ"] = TZ;
  }
}

let isChecked = false;
/** A stale build would be tested in silence. */
function checkBuild(): void {
  if (isChecked) return;
  const built = statSync(mainFile, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync(join(here, "src"), { recursive: true, encoding: "utf8" });
  const newer = sources.find(
    (name) => statSync(join(here, "src", name)).mtimeMs > built && name.endsWith(".ts"),
  );
  if (newer !== undefined)
    throw new Error(`packages/cli/src/${newer} is newer than its build: run npm run setup`);
  isChecked = true;
}

const quotedForShell = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

function commandLine(args: readonly string[], options: RunOptions): string[] {
  const program = [process.execPath, mainFile, ...args];
  const asUser =
    options.withoutRights === true && process.getuid?.() === 0
      ? [setpriv.command, "--reuid=65534", "--regid=65534", "--clear-groups", ...program]
      : program;
  if (options.fileBlocks === undefined) return asUser;
  // Where its input is a socket, bash reads the user's file.
  return [bash.command, "--norc", "-c", `ulimit -f ${options.fileBlocks}; exec "$@"`, "bash", ...asUser];
}

/** Starts `tvb-storage ...args` with its output in pipes. */
export function start(args: readonly string[], options: RunOptions = {}): Running {
  checkBuild();
  return spawned(commandLine(args, options), options);
}

/** Runs the built `tvb-storage ...args` with its output in pipes. */
export function inPipe(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return start(args, options).ended;
}

/** Runs a line of bash in which `tvb-storage` is the program. Needs `bash`. */
export function inShell(line: string, options: RunOptions = {}): Promise<Ran> {
  checkBuild();
  const define = `tvb-storage() { ${[process.execPath, mainFile].map(quotedForShell).join(" ")} "$@"; }`;
  return spawned([bash.command, "--norc", "-c", `${define}\n${line}`], options).ended;
}

/**
 * Runs it in a terminal of the given width, where both outputs come together in `stdout`, lines as they are shown.
 * Needs `script`.
 */
export async function inTerminal(
  args: readonly string[],
  { columns = 80, ...options }: RunOptions & { readonly columns?: number } = {},
): Promise<Ran> {
  const ran = await startInTerminal(args, { columns, ...options }).ended;
  return { ...ran, stdout: ran.stdout.replaceAll("\r\n", "\n") };
}

/** Starts it in a terminal; what is written to its input is typed, such as `\x03` for Ctrl-C. Needs `script`. */
export function startInTerminal(
  args: readonly string[],
  { columns = 80, ...options }: RunOptions & { readonly columns?: number } = {},
): Running {
  checkBuild();
  const line = commandLine(args, options).map(quotedForShell).join(" ");
  return spawned(
    [script.command, "-qec", `stty cols ${columns} rows 40; exec ${line}`, "/dev/null"],
    options,
    true,
  );
}

/** `isTyped`: its input stays open, for what is typed. */
function spawned(
  [program = "", ...args]: string[],
  { cwd, env, input }: RunOptions,
  isTyped = false,
): Running {
  const child = spawn(program, args, { cwd, env: environment(env), stdio: ["pipe", "pipe", "pipe"] });
  const { stdin, stdout, stderr } = child;
  stdin.on("error", () => {}); // it may not read it all
  if (input !== undefined) stdin.end(input);
  else if (!isTyped) stdin.end();
  let written = "";
  const waiting = new Set<() => void>();
  for (const stream of [stdout, stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (part: string) => {
      written += part;
      for (const look of waiting) look();
    });
  }
  const output = Promise.all([text(stdout), text(stderr), once(child, "close")]);
  const ended = output.then(([out, err, [code, signal]]) => ({
    stdout: out,
    stderr: err,
    status: (code ?? signal) as number | string, // one of them is there
  }));
  const saw = (part: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = () => {
        if (!written.includes(part)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
      ended.then(
        ({ status }) => reject(new Error(`it ended with ${status} before "${part}": ${written}`)),
        reject,
      );
    });
  return { process: child, ended, saw };
}
