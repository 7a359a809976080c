import { createMemoryFs, type MemoryFileSystem } from "../memory-fs.js";
import { type FaultEffect, type FaultLog, type FaultPlan, faultyFs } from "./faulty-fs.js";
import { describeCall, type FsCall } from "./fs-call.js";
import { powerLossFs, type Survival } from "./power-loss.js";

/** Where the fault was injected in a run. */
export interface FaultPoint {
  /** The n-th counted call, from 1. */
  readonly at: number;
  readonly effect: FaultEffect;
  readonly call: FsCall;
  /** What survived the power cut, where the run has one. */
  readonly survival: Survival | undefined;
  /** What the scenario rejected with; undefined where it finished in spite of the fault. */
  readonly error: unknown;
}

export interface FaultScenario<F extends object, W> {
  /**
   * The file system of each run, fresh and prepared; default an empty one in
   * memory. With `powerLoss` it must be left out: use `files`.
   */
  readonly fs?: () => F | Promise<F>;
  /** Files that exist at the start, where `fs` is left out. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Which calls fail and how; default: the process stops in a mutating call. */
  readonly plan?: Omit<FaultPlan, "at" | "effect">;
  /** How much of the failing call is done, one run for each; default all three for `"stop"`, else `"none"`. */
  readonly effects?: readonly FaultEffect[];
  /** After each run the power is cut, and `check` is called for each of these on the remaining files. */
  readonly powerLoss?: readonly Survival[];
  /** The work on the faulty file system. It records results in `notes`, for example acknowledged steps. */
  readonly run: (fs: F & { readonly faults: FaultLog }, notes: W) => Promise<unknown>;
  /** Fresh for every run. */
  readonly notes?: () => W;
  /** Checks the files after a run, on the file system without faults. Throws where they are wrong. */
  readonly check: (fs: F, notes: W, point: FaultPoint) => Promise<unknown> | unknown;
  /** With more points than this, the scenario is treated as endless; default 100,000. */
  readonly limit?: number;
}

export interface FaultCounts {
  /** Runs with a fault; each power cut counts. */
  readonly points: number;
  /** Counted calls of the run without a fault. */
  readonly calls: number;
  /** The same by kind. */
  readonly byKind: Readonly<Record<string, number>>;
}

interface World<F> {
  readonly fs: F;
  left(survival: Survival | undefined): F;
}

function describePoint(point: FaultPoint): string {
  const power = point.survival === undefined ? "" : `, power cut leaving ${JSON.stringify(point.survival)}`;
  return `call ${point.at}, ${describeCall(point.call)}, ${point.effect} of it done${power}`;
}

/**
 * Runs a scenario once for every call that can fail: in the first run the
 * first call, then the second, until a run ends without a fault. Every run
 * starts with new files, and `check` checks the files after each run.
 *
 * Rejects with an error that names the point where `check` threw (its `cause`),
 * or where the run without a fault rejected.
 */
export async function enumerateFaults<F extends object = MemoryFileSystem, W = undefined>(
  scenario: FaultScenario<F, W>,
): Promise<FaultCounts> {
  const plan: FaultPlan = { action: "stop", ...scenario.plan };
  const effects = scenario.effects ?? (plan.action === "stop" ? ["none", "half", "whole"] : ["none"]);
  let points = 0;
  let clean: FaultLog | undefined;
  for (const effect of effects) {
    for (let at = 1; ; at++) {
      if (at > (scenario.limit ?? 100_000)) throw new Error(`the scenario still makes calls after ${at - 1}`);
      const world = await prepare(scenario);
      const faulty = faultyFs(world.fs, { ...plan, at, effect });
      // W is undefined where a scenario keeps no notes.
      const notes = scenario.notes?.() as W;
      let error: unknown;
      try {
        await scenario.run(faulty, notes);
      } catch (thrown) {
        error = thrown;
        if (faulty.faults.hit === undefined)
          throw new Error("the scenario fails without a fault", { cause: thrown });
      }
      const call = faulty.faults.hit;
      if (call === undefined) {
        clean ??= faulty.faults;
        break;
      }
      for (const survival of scenario.powerLoss ?? [undefined]) {
        const point: FaultPoint = { at, effect, call, survival, error };
        points += 1;
        try {
          await scenario.check(world.left(survival), notes, point);
        } catch (cause) {
          const reason = cause instanceof Error ? cause.message : String(cause);
          throw new Error(`wrong after a fault at ${describePoint(point)}: ${reason}`, { cause });
        }
      }
    }
  }
  return { points, calls: clean?.calls ?? 0, byKind: clean?.byKind ?? {} };
}

async function prepare<F extends object, W>(scenario: FaultScenario<F, W>): Promise<World<F>> {
  if (scenario.powerLoss !== undefined) {
    if (scenario.fs !== undefined) throw new TypeError("with powerLoss give files, not fs");
    const power = powerLossFs(scenario.files);
    // F is the default, a file system in memory, where `fs` is left out.
    return {
      fs: power.fs as object as F,
      left: (survival) => power.cut(survival ?? "synced") as object as F,
    };
  }
  const fs = (await scenario.fs?.()) ?? (createMemoryFs(scenario.files) as object as F); // as above
  return { fs, left: () => fs };
}
