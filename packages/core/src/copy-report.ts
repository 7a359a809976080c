import type { LongOptions } from "@tvb-storage/files";
import type { NodeInfo } from "./storage-manager.js";

/** Something that a copy does not have as the original has it. */
export interface CopyProblem {
  /** The node in the source. */
  readonly path: string;
  /** The attribute, by the name under which it is stored; undefined for the node itself. */
  readonly key?: string;
  /** What is different or missing in the copy, and why. */
  readonly problem: string;
}

/** What was copied. */
export interface CopyReport {
  readonly groups: number;
  readonly datasets: number;
  readonly attributes: number;
  /** Of elements, as they are in memory; of nodes that are copied as they are stored, as they are in the file. */
  readonly bytes: number;
  /** Empty where the copy has all that the source has. */
  readonly problems: readonly CopyProblem[];
}

/** What a copy is of, and where it goes. Paths are absolute. */
export interface CopyNodesOptions extends LongOptions {
  readonly from: string;
  readonly to: string;
  /** What is at `to` is replaced; else nothing may be there. */
  readonly overwrite: boolean;
  /** Of each node beneath `from`: false leaves it out, a group with all in it. */
  readonly include?: ((node: NodeInfo) => boolean) | undefined;
}
