import type { ErrorCode } from "@tvb-storage/errors";
import { isWithin } from "@tvb-storage/files/internal";
import type { ModelTree } from "./model-tree.js";
import type { Documents } from "./model-xml.js";
import type { CallFault } from "./project-call.js";

/** What a call returns, or with which codes it may reject. */
export type Outcome =
  | { readonly value: unknown }
  | {
      readonly codes: readonly ErrorCode[];
      /** The message has it. */
      readonly mention?: string;
      /** The cause is this. */
      readonly cause?: "reason of the signal" | "error of the listener";
    };

/** An outcome that the contract allows, and the tree after it. */
export interface Possible {
  readonly outcome: Outcome;
  readonly tree: ModelTree;
}

/** What the model knows besides the tree. */
export interface World {
  readonly root: string;
  readonly projects: string;
  /** The folder of a project with a valid name, as the layout gives it. */
  folderOf(project: string): string;
  /** The mode of something new, which is that less the process's umask. */
  lessUmask(mode: number): number;
  readonly documents: Documents;
  /** When the call begins, in milliseconds. */
  readonly now: number;
}

/** The mode of new folders, before the umask. */
export const FOLDER_MODE = 0o744;
/** The mode of new files that have no source, before the umask. */
export const FILE_MODE = 0o644;

export const STRUCTURE: readonly ErrorCode[] = ["FILE_STRUCTURE"];

export function done(tree: ModelTree, value?: unknown): Possible[] {
  return [{ outcome: { value }, tree }];
}

/** Refused with the layout as it is, and nothing touched. */
export function refused(tree: ModelTree, mention?: string): Possible[] {
  return [{ outcome: { codes: STRUCTURE, ...(mention === undefined ? {} : { mention }) }, tree }];
}

/** Whether a path in the storage root leads out of it by a link. */
export function leaves(world: World, tree: ModelTree, path: string): boolean {
  return isWithin(world.root, path) && !isWithin(tree.real(world.root), tree.real(path));
}

/** The code of a call that an error of the system ends. */
export function codeOf(errno: CallFault["errno"]): ErrorCode {
  return errno === "EIO" || errno === "ENOSPC" ? "FILE_STORAGE" : "FILE_STRUCTURE";
}

/** The last part of a path, for messages: how the folders above are spelled is open. */
export function lastPart(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/**
 * What may happen where calls of the file system fail: it is done nevertheless, or it is refused and nothing but new
 * folders on the way to `folder` has come of it.
 */
export function withFaults(
  possible: readonly Possible[],
  before: ModelTree,
  faults: readonly CallFault[],
  begin: (tree: ModelTree) => void,
): Possible[] {
  const codes = faults.filter(({ errno }) => errno !== "EXDEV").map(({ errno }) => codeOf(errno));
  if (codes.length === 0) return [...possible];
  const begun = before.clone();
  begin(begun);
  const outcome = { codes };
  return [...possible, { outcome, tree: before }, { outcome, tree: begun }];
}
