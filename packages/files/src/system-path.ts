import { encodeText, hasEscapedBytes } from "./text.js";

/**
 * A path as the calls of a file system take it. Names are text here, in which a
 * byte that is not UTF-8 is escaped (`decodeText`); such a path is passed to the
 * system as bytes, otherwise it would be another name.
 *
 * @throws FileStructureException half of a surrogate pair that is no escaped byte.
 */
export function systemPath(path: string): string {
  if (!hasEscapedBytes(path)) return path;
  // node:fs and memfs take bytes as a path as well as text. `FileSystem` cannot declare that: it would need
  // Node's type Buffer, and our declarations load without Node's. A file system that takes only text never returns
  // such a name.
  return encodeText(path) as unknown as string;
}
