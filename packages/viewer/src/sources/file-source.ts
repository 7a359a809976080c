import { blobSourceFile } from "./blob-source-file.js";
import type { Source } from "./source.js";

let opened = 0;

/** Files of a dialog or a drop. */
export function fileSource(files: readonly File[]): Source {
  opened += 1;
  const id = `files-${opened}`;
  return {
    id,
    kind: "files",
    name: files.length === 1 ? (files[0]?.name ?? id) : `${files.length} files`,
    files: files.map((file) => blobSourceFile(id, file.name, file)),
    problems: [],
  };
}
