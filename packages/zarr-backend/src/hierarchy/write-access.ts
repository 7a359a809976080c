import type { ObjectStore } from "../stores/object-store.js";
import type { RootDocument } from "./root-document.js";

/** What a writer changes a hierarchy through, as long as it is the only one. */
export interface WriteAccess {
  readonly store: ObjectStore;
  /**
   * Rejects where another writer has taken over. Versions that were seen before it are of no later writer, so a change
   * that is conditional on them cannot undo what one has done.
   */
  confirm(): Promise<void>;
  /** Whether an object can be put without a look at what is there. */
  isKnown(key: string): boolean;
  putRoot(root: RootDocument): Promise<void>;
}
