import type { HDF5StorageManager } from "../../src/index.js";

/** What a step has to work with: the manager that all steps share, and others on the same file. */
export interface StepContext {
  readonly m: HDF5StorageManager;
  /** Another manager on the file, for this step only. */
  readonly another: () => HDF5StorageManager;
}

/** A call, or several, that make one commit. */
export type Work = (context: StepContext) => Promise<unknown>;

export interface Step {
  readonly work: Work;
  /** Where the step makes two commits: what the first of them does alone. */
  readonly halfway?: Work;
  /** The step acknowledges appends that a later step commits: for others the file stays as it was. */
  readonly kept?: boolean;
}

/** A user's session, which may end at any of its calls of the file system. */
export interface Scenario {
  readonly name: string;
  /** The file at the start: its bytes, or what makes it; default none. */
  readonly before?: Uint8Array | Work;
  readonly steps: readonly (Step | Work)[];
}

export function stepOf(step: Step | Work): Step {
  return typeof step === "function" ? { work: step } : step;
}
