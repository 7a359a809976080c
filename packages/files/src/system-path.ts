import { encodeText, hasEscapedBytes } from "./text.js";

/**
 * A path as the calls of a file system take it. Names are text here, in which a
 * byte that is not UTF-8 is escaped (`decodeText`); such a path goes to the
 * system as bytes, or another name would be meant.
 *
 * @throws FileStructureException half of a surrogate pair that is no escaped byte.
 */
export function systemPath(path: string): string {
  if (!hasEscapedBytes(path)) return path;
  // node:fs and memfs take bytes as a path as well as text. `FileSystem` cannot say so: Node's types name Buffer, which
  // declarations that load without those of Node must not, and a file system that takes text alone never gives such a
  // name.
  return encodeText(path) as unknown as string;
}
