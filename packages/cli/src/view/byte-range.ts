/** Bytes of a file: from `start` until before `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * What the header `Range` asks for (RFC 9110, section 14): one range of bytes. Anything else in it is ignored, as the
 * RFC allows, so that the whole file is the answer: `undefined`.
 *
 * @param size Of the file, in bytes.
 * @returns "unsatisfiable" where the file has none of these bytes.
 */
export function byteRange(header: string | undefined, size: number): ByteRange | "unsatisfiable" | undefined {
  const [, first, last] = /^bytes[ \t]*=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || first + last === "") return undefined;
  if (first === "") {
    const start = Math.max(0, size - Number(last));
    return start < size ? { start, end: size } : "unsatisfiable";
  }
  const start = Number(first);
  if (last !== "" && Number(last) < start) return undefined;
  if (start >= size) return "unsatisfiable";
  return { start, end: last === "" ? size : Math.min(size, Number(last) + 1) };
}
