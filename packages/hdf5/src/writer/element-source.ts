import type { NDArray } from "@tvb-storage/core/arrays";
import { entriesPerElement } from "@tvb-storage/core/internal";
import { encodeText } from "@tvb-storage/files";
import { ByteWriter } from "../bytes/byte-writer.js";
import type { Datatype } from "../datatypes/datatype.js";
import type { GlobalHeapEditor } from "../edits/global-heap-editor.js";
import { encodeNumbers } from "../elements/encode.js";
import { encodeFixedStrings } from "../elements/encode-text.js";

/** The elements of an array as they are stored, a part at a time. */
export interface ElementSource {
  /** The bytes of `count` elements from `first` on; those of the array itself where they are stored as they are. */
  bytes(first: number, count: number): Uint8Array;
}

/** `heap`: where texts of variable length go. `what` names the dataset in messages. */
export function elementSource(
  array: NDArray,
  type: Datatype,
  heap: GlobalHeapEditor,
  what: string,
): ElementSource {
  const { data, dtype } = array;
  if (!Array.isArray(data)) {
    const entries = entriesPerElement(dtype);
    return {
      bytes(first, count) {
        const part = data.subarray(first * entries, (first + count) * entries);
        return encodeNumbers(type, dtype, part);
      },
    };
  }
  if (type.class === "string")
    return { bytes: (first, count) => encodeFixedStrings(data.slice(first, first + count), type, what) };
  return {
    bytes(first, count) {
      const texts = data.slice(first, first + count).map((text) => encodeText(text));
      const writer = new ByteWriter(new Uint8Array(count * type.size));
      // Each with its head in the heap.
      let following = texts.reduce((sum, text) => sum + text.length + HEAD_BYTES, 0);
      for (const text of texts) {
        following -= text.length + HEAD_BYTES;
        const { collection, index } = heap.add(text, following);
        writer
          .u32(text.length)
          .uint(collection, type.size - 8)
          .u32(index);
      }
      return writer.bytes;
    },
  };
}

/** About what a text takes in the heap besides its bytes. */
const HEAD_BYTES = 20;
