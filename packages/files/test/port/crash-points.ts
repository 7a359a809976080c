import type { SyncFileSystem } from "@tvb-storage/files";
import { expect } from "vitest";
import {
  createMemoryFs,
  enumerateFaults,
  type FaultCounts,
  faultyFs,
  type Survival,
} from "../../../testkit/src/index.js";
import type { JournaledPortOptions } from "../../src/port/journaled-port.js";
import { expected, recovered, sameBytes, seenByReader, type Transaction, transact } from "./transactions.js";

export const PATH = "/d/a.h5";

interface Notes {
  acknowledged: number;
}

export interface CrashScenario {
  readonly before?: Transaction;
  /** What a writer that died had appended to the file at the start. */
  readonly tail?: Uint8Array;
  readonly transactions: readonly Transaction[];
  readonly options?: JournaledPortOptions;
  readonly powerLoss?: readonly Survival[];
  /** Also cut the recovery short, at each of its calls. */
  readonly crashRecovery?: boolean;
}

/** Every state that the file has between transactions; undefined while there is none. */
function statesOf({ before, transactions }: CrashScenario): (Uint8Array | undefined)[] {
  const states: (Uint8Array | undefined)[] = [
    before === undefined ? undefined : expected(new Uint8Array(), before),
  ];
  for (const changes of transactions) states.push(expected(states.at(-1) ?? new Uint8Array(), changes));
  return states;
}

/** A copy of what is in a file system, so that several things can be tried on it. */
function copyOf(fs: ReturnType<typeof createMemoryFs>): ReturnType<typeof createMemoryFs> {
  const files: Record<string, Uint8Array> = { "/d/other": new Uint8Array() };
  for (const name of fs.readdirSync("/d")) {
    const content = fs.readFileSync(`/d/${String(name)}`);
    files[`/d/${String(name)}`] = new Uint8Array(Buffer.from(content));
  }
  return createMemoryFs(files);
}

async function judge(fs: SyncFileSystem, states: readonly (Uint8Array | undefined)[], notes: Notes) {
  const allowed = states.slice(notes.acknowledged, notes.acknowledged + 2);
  const seen = seenByReader(fs, PATH);
  const left = await recovered(fs, PATH);
  const which = allowed.findIndex((state) => sameBytes(state, left));
  if (which < 0)
    throw new Error(
      `after ${notes.acknowledged} acknowledged transactions the file is neither as of these nor as of one more`,
    );
  if (!sameBytes(seen, left)) throw new Error("a reader saw another state than the one that recovery made");
  expect(fs.existsSync(`${PATH}.journal`)).toBe(false);
  expect(fs.existsSync(`${PATH}.partial`)).toBe(false);
}

/** Runs the scenario once for every call in which the process can die, and judges what each leaves. */
export async function enumerateCrashes(
  scenario: CrashScenario,
): Promise<FaultCounts & { recoveries: number }> {
  const states = statesOf(scenario);
  let recoveries = 0;
  const prepared = createMemoryFs({ "/d/other": "" });
  if (scenario.before !== undefined) await transact(prepared, PATH, scenario.before);
  if (scenario.tail !== undefined) prepared.appendFileSync(PATH, scenario.tail);
  const files: Record<string, Uint8Array> = {};
  for (const name of prepared.readdirSync("/d"))
    files[`/d/${String(name)}`] = new Uint8Array(Buffer.from(prepared.readFileSync(`/d/${String(name)}`)));
  const counts = await enumerateFaults<ReturnType<typeof createMemoryFs>, Notes>({
    files,
    ...(scenario.powerLoss === undefined ? {} : { powerLoss: scenario.powerLoss }),
    notes: () => ({ acknowledged: 0 }),
    run: async (fs, notes) => {
      for (const changes of scenario.transactions) {
        await transact(fs, PATH, changes, scenario.options);
        notes.acknowledged += 1;
      }
    },
    check: async (fs, notes) => {
      if (scenario.crashRecovery === true) {
        for (const effect of ["none", "half", "whole"] as const)
          for (let at = 1; ; at++) {
            const copy = copyOf(fs);
            const faulty = faultyFs(copy, { action: "stop", at, effect });
            await recovered(faulty, PATH).catch(() => undefined);
            if (faulty.faults.hit === undefined) break;
            recoveries += 1;
            await judge(copy, states, notes);
          }
      }
      await judge(fs, states, notes);
    },
  });
  return { ...counts, recoveries };
}
