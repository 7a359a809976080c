import { encodeText, hasEscapedBytes } from "@tvb-storage/files";
import type { WasmName } from "./h5wasm.js";

/** The bytes of a pointer in the WASM heap. */
export const POINTER_BYTES = 4;

/** A name as h5wasm takes it: its bytes where it has some that are not UTF-8, which Emscripten could not encode. */
export function nameOf(text: string): WasmName {
  return hasEscapedBytes(text) ? encodeText(text) : text;
}

/** The bytes of the text that an element, a pointer, points to; none where it is null. */
export function cString(heap: Uint8Array, element: Uint8Array): Uint8Array {
  const start = new DataView(element.buffer, element.byteOffset, element.byteLength).getUint32(0, true);
  return start === 0 ? new Uint8Array(0) : heap.subarray(start, heap.indexOf(0, start));
}

/** The bytes that `putTexts` writes. */
export function bytesForTexts(texts: readonly Uint8Array[]): number {
  return texts.reduce((sum, text) => sum + text.length + 1, texts.length * POINTER_BYTES);
}

/** Writes texts into the heap as HDF5 takes them: an array of pointers to NUL-terminated bytes. */
export function putTexts(heap: Uint8Array, pointer: number, texts: readonly Uint8Array[]): void {
  const pointers = new Uint32Array(heap.buffer, heap.byteOffset + pointer, texts.length);
  let at = pointer + texts.length * POINTER_BYTES;
  texts.forEach((text, index) => {
    pointers[index] = at;
    heap.set(text, at);
    heap[at + text.length] = 0;
    at += text.length + 1;
  });
}
