import { decodeText } from "@tvb-storage/files";
import type { GlobalHeap } from "../heaps/global-heap.js";
import type { VlenText } from "./decode.js";

/** The texts of variable length that elements refer to: C strings, which end at their NUL. */
export function vlenText(heap: GlobalHeap): VlenText {
  return (elements, at) => {
    const bytes = heap.element(elements, 1, at);
    const nul = bytes.indexOf(0);
    return decodeText(nul < 0 ? bytes : bytes.subarray(0, nul));
  };
}
