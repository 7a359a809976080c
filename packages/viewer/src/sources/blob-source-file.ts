import { placedBlob } from "../data/bytes-place.js";
import { bytesSourceFile } from "./data-source-file.js";
import { kindByName } from "./file-kind.js";
import { countedBytes } from "./read-count.js";
import type { SourceFile } from "./source.js";

/** A file of a dialog, a drop or a folder: what is looked at is read from the disk then, by `Blob.slice`. */
export function blobSourceFile(sourceId: string, path: string, file: File): SourceFile {
  const description = { path, ...(kindByName(path) === "document" ? { isDocument: true } : {}) };
  return {
    ...bytesSourceFile(sourceId, description, async (reads) => countedBytes(placedBlob(file), reads)),
    // Looked up when they are asked for: it takes the browser half a millisecond, and a folder may have thousands of files.
    get size() {
      return file.size;
    },
    get modified() {
      return new Date(file.lastModified);
    },
  };
}
