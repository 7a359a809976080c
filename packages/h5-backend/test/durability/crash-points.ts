import {
  createMemoryFs,
  enumerateFaults,
  type FaultEffect,
  faultyFs,
  type MemoryFileSystem,
  type Survival,
} from "@tvb-storage/testkit";
import { HDF5StorageManager, type Recovered, recover, verify } from "../../src/index.js";
import { NO_FILE, stateOf } from "./file-state.js";
import { type Scenario, type StepContext, stepOf, type Work } from "./scenario.js";

const PATH = "/d/a.h5";
/** Keeps the folder where the power is cut before anything in it is synced. */
const NEIGHBOUR = "/d/neighbour";
const EFFECTS: readonly FaultEffect[] = ["none", "half", "whole"];

/** What a crash left after recovery, for another program to look at; undefined: no file. */
export interface Sample {
  readonly scenario: string;
  readonly bytes: Uint8Array | undefined;
  /** Files without a crash, one of which has the same content. */
  readonly allowed: readonly (Uint8Array | undefined)[];
}

export interface CrashOptions {
  readonly durability?: "process" | "power";
  readonly effects?: readonly FaultEffect[];
  readonly powerLoss?: readonly Survival[];
  /** Also ends the recovery at each of its calls, and recovers from that. */
  readonly crashRecovery?: boolean;
  /** Of how many points one is given to `onSample`. */
  readonly sampleEvery?: number;
  readonly onSample?: (sample: Sample) => void;
}

export interface CrashCounts {
  readonly points: number;
  /** What recovery said it did. */
  readonly outcomes: Record<Recovered, number>;
}

/** The file as of one commit. */
interface Committed {
  readonly state: string;
  readonly bytes: Uint8Array | undefined;
}

interface Notes {
  acknowledged: number;
}

function contextOf(fs: MemoryFileSystem, options: CrashOptions): StepContext {
  const open = () =>
    new HDF5StorageManager(PATH, {
      fs,
      // One scenario begins with a file that another program left marked as open.
      ignoreLocks: true,
      ...(options.durability === undefined ? {} : { durability: options.durability }),
    });
  return { m: open(), another: open };
}

function bytesAt(fs: MemoryFileSystem): Uint8Array | undefined {
  return fs.existsSync(PATH) ? Uint8Array.from(fs.readFileSync(PATH) as Buffer) : undefined;
}

function fileSystem(bytes: Uint8Array | undefined): MemoryFileSystem {
  return createMemoryFs({ [NEIGHBOUR]: "", ...(bytes === undefined ? {} : { [PATH]: bytes }) });
}

/** What others see now, while a session may be open. */
async function committedIn(fs: MemoryFileSystem): Promise<Committed> {
  const bytes = bytesAt(fs);
  const copy = fileSystem(bytes);
  await recover(PATH, { fs: copy, force: true });
  return { state: await stateOf(copy, PATH), bytes: bytesAt(copy) };
}

async function startOf({ before }: Scenario): Promise<Uint8Array | undefined> {
  if (typeof before !== "function") return before;
  const fs = fileSystem(undefined);
  const context = contextOf(fs, {});
  await before(context);
  await context.m.closeFile();
  return bytesAt(fs);
}

/** What may be found after the first `n` steps were acknowledged, by `n`. */
async function allowedStates(
  scenario: Scenario,
  start: Uint8Array | undefined,
  options: CrashOptions,
): Promise<Committed[][]> {
  const after = async (works: readonly Work[]): Promise<Committed> => {
    const fs = fileSystem(start);
    const context = contextOf(fs, options);
    for (const work of works) await work(context);
    return committedIn(fs);
  };
  const steps = scenario.steps.map(stepOf);
  const allowed: Committed[][] = [];
  let now = await after([]);
  for (const [index, { halfway, kept }] of steps.entries()) {
    const done = steps.slice(0, index).map(({ work }) => work);
    const next = await after(steps.slice(0, index + 1).map(({ work }) => work));
    if ((next.state === now.state) !== (kept === true))
      throw new Error(`${scenario.name}: step ${index} ${kept === true ? "commits" : "changes nothing"}`);
    allowed.push([now, ...(halfway === undefined ? [] : [await after([...done, halfway])]), next]);
    now = next;
  }
  return [...allowed, [now]];
}

function copyOf(fs: MemoryFileSystem): MemoryFileSystem {
  const files: Record<string, Uint8Array> = {};
  for (const name of fs.readdirSync("/d"))
    files[`/d/${String(name)}`] = Uint8Array.from(fs.readFileSync(`/d/${String(name)}`) as Buffer);
  return createMemoryFs(files);
}

/** The next writer needs no recovery of its own: it finds what readers saw, and adds to it. */
async function workGoesOn(fs: MemoryFileSystem, seen: string): Promise<void> {
  await new HDF5StorageManager(PATH, { fs, ignoreLocks: true }).storeData([9], "after");
  const lines = (await stateOf(fs, PATH)).split("\n");
  const others = lines.filter((line) => !line.startsWith("/after "));
  if (others.length !== lines.length - 1 || others.join("\n") !== seen)
    throw new Error(`a reader saw\n${seen}\nand after the next store there is\n${lines.join("\n")}`);
}

/** Ends the program of `scenario` once in every call of the file system, and checks what each leaves. */
export async function enumerateCrashPoints(
  scenario: Scenario,
  options: CrashOptions = {},
): Promise<CrashCounts> {
  const start = await startOf(scenario);
  const allowedAfter = await allowedStates(scenario, start, options);
  const outcomes = { clean: 0, applied: 0, discarded: 0, stale: 0, unmarked: 0 };
  let judged = 0;

  /** Readers see one commit, recovery makes the file just that, and nothing stays beside it. */
  async function judge(fs: MemoryFileSystem, { acknowledged }: Notes): Promise<void> {
    const allowed = allowedAfter[acknowledged] ?? [];
    const seen = await stateOf(fs, PATH);
    if (!allowed.some(({ state }) => state === seen))
      throw new Error(
        `after ${acknowledged} acknowledged steps a reader sees\n${seen}\nand not\n${allowed.map(({ state }) => state).join("\nor\n")}`,
      );
    judged += 1;
    if (seen !== NO_FILE && judged % 5 === 0) await workGoesOn(copyOf(fs), seen);
    outcomes[await recover(PATH, { fs, force: true })] += 1;
    const left = await stateOf(fs, PATH);
    if (left !== seen) throw new Error(`a reader saw\n${seen}\nand after recovery there is\n${left}`);
    const names = fs
      .readdirSync("/d")
      .map(String)
      .filter((name) => name !== "neighbour" && name !== "a.h5");
    if (names.length > 0) throw new Error(`recovery left ${names.join()}`);
    const bytes = bytesAt(fs);
    const problems = bytes === undefined ? [] : await verify(PATH, { fs });
    if (problems.length > 0) throw new Error(`verify finds ${JSON.stringify(problems)}`);
    if (judged % (options.sampleEvery ?? Number.POSITIVE_INFINITY) === 0)
      options.onSample?.({ scenario: scenario.name, bytes, allowed: allowed.map((one) => one.bytes) });
  }

  async function crashRecoveries(fs: MemoryFileSystem, notes: Notes): Promise<void> {
    for (const effect of options.effects ?? EFFECTS)
      for (let at = 1; ; at++) {
        const copy = copyOf(fs);
        const faulty = faultyFs(copy, { action: "stop", at, effect });
        const failure = await recover(PATH, { fs: faulty, force: true }).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (faulty.faults.hit === undefined) {
          if (failure !== undefined) throw failure;
          break;
        }
        await judge(copy, notes);
      }
  }

  await enumerateFaults<MemoryFileSystem, Notes>({
    files: { [NEIGHBOUR]: "", ...(start === undefined ? {} : { [PATH]: start }) },
    powerLoss: options.powerLoss ?? ["all"],
    ...(options.effects === undefined ? {} : { effects: options.effects }),
    notes: () => ({ acknowledged: 0 }),
    run: async (fs, notes) => {
      const context = contextOf(fs, options);
      for (const step of scenario.steps) {
        await stepOf(step).work(context);
        notes.acknowledged += 1;
      }
    },
    check: async (fs, notes) => {
      if (options.crashRecovery === true) await crashRecoveries(fs, notes);
      else await judge(fs, notes);
    },
  });
  return { points: judged, outcomes };
}
