import { HeaderEditor } from "../edits/header-editor.js";
import type { StructureFile } from "../headers/structure-file.js";
import { encodeShared } from "../messages/shared-message.js";

/** Of what has the type of a named datatype that is not copied with it. */
export const NOT_NAMED =
  "its type is a named datatype, which is not copied with it, and that of the copy is one of its own";

/** The copies of named (committed) datatypes, which others share. */
export class NamedTypes {
  readonly #target: StructureFile;
  readonly #copyOf: (address: number) => number | undefined;

  /** `copyOf`: the copy of the object at an address of the source. */
  constructor(target: StructureFile, copyOf: (address: number) => number | undefined) {
    this.#target = target;
    this.#copyOf = copyOf;
  }

  /**
   * The shared form of a datatype message, for one more that shares the type at an address of the source; undefined
   * where the type was not copied.
   */
  shared(committedAt: number): Uint8Array | undefined {
    const copy = this.#copyOf(committedAt);
    if (copy === undefined) return undefined;
    const header = HeaderEditor.open(this.#target, copy);
    // Those that share it count as links.
    header.linkCount += 1;
    header.save();
    return encodeShared(copy, this.#target.offsetSize);
  }
}
