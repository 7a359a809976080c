import { FileStorageException } from "@tvb-storage/errors";
import { blobFile } from "@tvb-storage/files";
import { openHdf5 } from "../data/hdf5-data-file.js";
import type { SourceFile } from "./source.js";

/** A file of a dialog, a drop or a folder: what is looked at is read from the disk then, by `Blob.slice`. */
export function blobSourceFile(sourceId: string, path: string, file: File): SourceFile {
  let opened: ReturnType<SourceFile["data"]> | undefined;
  return {
    id: `${sourceId}/${path}`,
    path,
    size: file.size,
    modified: new Date(file.lastModified),
    location: path,
    async bytes(limit) {
      if (file.size > limit)
        throw new FileStorageException(
          `${path} has ${file.size} bytes; at most ${limit} are read of such a file`,
        );
      return new Uint8Array(await file.arrayBuffer());
    },
    data() {
      opened ??= openHdf5(blobFile(file), path);
      return opened;
    },
  };
}
