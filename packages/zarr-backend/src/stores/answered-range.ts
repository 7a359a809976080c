import { type HttpAnswer, quoted } from "@tvb-storage/files";
import { type ByteRange, partOf } from "./object-store.js";

/** What the header `Range` asks for. */
export function rangeHeader(range: ByteRange): string {
  const asked = "suffix" in range ? `-${range.suffix}` : `${range.offset}-${range.offset + range.length - 1}`;
  return `bytes=${asked}`;
}

/**
 * The part that was asked for, from an answer that is a success.
 *
 * @throws Error the answer is of another part, or coded, so that it is none of the object's bytes.
 */
export function answeredRange(
  { status, headers }: Pick<HttpAnswer, "status" | "headers">,
  bytes: Uint8Array,
  range: ByteRange,
): Uint8Array {
  // A server may give all of it.
  if (status !== 206) return partOf(bytes, range);
  const asked = "suffix" in range ? range.suffix : range.length;
  if (bytes.length > asked)
    throw new Error(`the server gives ${bytes.length} bytes, not the ${asked} asked for`);
  // In a page the header is hidden where the server does not expose it.
  const given = headers.get("content-range");
  if (given === null) return bytes;
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(given) ?? [];
  const start =
    "suffix" in range ? (total === "*" ? first : Math.max(0, Number(total) - asked)) : range.offset;
  if (Number(first) !== Number(start) || Number(last) - Number(first) + 1 !== bytes.length)
    throw new Error(
      `the server gives ${bytes.length} bytes as ${quoted(given)}, where ${rangeHeader(range)} was asked for`,
    );
  return bytes;
}
