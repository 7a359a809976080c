/** Bytes after which a decoder lets others run. */
export const PAUSE_BYTES: number = 4 * 1024 * 1024;

/** What is wrong with a chunk, in words that go on after "the chunk at ...". */
export class FilterError extends Error {}

/** Memory for the result of a filter. */
export function allocateBytes(length: number): Uint8Array {
  try {
    return new Uint8Array(length);
  } catch (cause) {
    throw new FilterError(`needs ${length} bytes of memory, which are not there`, { cause });
  }
}
