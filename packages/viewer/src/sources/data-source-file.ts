import { FileStorageException, FileStructureException, isTVBException } from "@tvb-storage/errors";
import type { AsyncFileBytes } from "@tvb-storage/files";
import type { ReadableStore } from "@tvb-storage/zarr-backend";
import type { PlacedBytes } from "../data/bytes-place.js";
import type { DataFile } from "../data/data-file.js";
import { bytesAt, foreignKind } from "./file-kind.js";
import { countedStore, ReadCount } from "./read-count.js";
import type { DataOptions, SourceFile } from "./source.js";

/** What is known of a file before it is opened, as `SourceFile` has it. */
export interface FileDescription extends Pick<SourceFile, "path" | "size" | "modified" | "isDocument"> {
  readonly location?: string;
}

/**
 * A file of which `open` gives the bytes, when something of it is read: HDF5, whose reader is loaded then, or a document. It
 * counts what is read of them.
 */
export function bytesSourceFile(
  sourceId: string,
  description: FileDescription,
  open: (reads: ReadCount) => Promise<PlacedBytes>,
): SourceFile {
  const { path } = description;
  const reads = new ReadCount();
  const opened = kept(async () => {
    const bytes = await open(reads);
    reads.size = bytes.size;
    return bytes;
  });
  return {
    ...described(sourceId, description),
    reads,
    async bytes(limit) {
      const bytes = await opened();
      if (bytes.size > limit)
        throw new FileStorageException(
          `${path} has ${bytes.size} bytes; at most ${limit} are read of such a file`,
        );
      return bytesAt(bytes, 0, bytes.size);
    },
    data: opener(async (options) => {
      const [{ openHdf5 }, bytes] = await Promise.all([import("../data/hdf5-data-file.js"), opened()]);
      try {
        return await openHdf5(bytes, path, options);
      } catch (error) {
        throw isTVBException(error, "FILE_STRUCTURE") ? await explained(error, bytes, path) : error;
      }
    }),
  };
}

/** A Zarr hierarchy of a store. Its reader is loaded when it is opened. */
export function zarrSourceFile(
  sourceId: string,
  description: FileDescription,
  open: () => Promise<ReadableStore>,
): SourceFile {
  const { path } = description;
  const reads = new ReadCount();
  return {
    ...described(sourceId, description),
    reads,
    async bytes() {
      throw new FileStorageException(`${path} is a Zarr hierarchy: it has files, not bytes of its own`);
    },
    data: opener(async () => {
      const [{ openZarr }, store] = await Promise.all([import("../data/zarr-data-file.js"), open()]);
      return openZarr(countedStore(store, reads));
    }),
  };
}

function described(
  sourceId: string,
  { location, ...description }: FileDescription,
): Omit<SourceFile, "bytes" | "data"> {
  return { id: `${sourceId}/${description.path}`, location: location ?? description.path, ...description };
}

/** What `make` gave the first time; after a failure it is called again. */
function kept<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    if (made === undefined) {
      const making = make();
      making.catch(() => {
        if (made === making) made = undefined;
      });
      made = making;
    }
    return made;
  };
}

function opener(open: (options: DataOptions) => Promise<DataFile>): SourceFile["data"] {
  let ignoreMarks = false;
  const opened = kept(() => open({ ignoreMarks }));
  return (options) => {
    // Only a file whose opening failed is opened again.
    if (options?.ignoreMarks === true) ignoreMarks = true;
    return opened();
  };
}

/** What is said of a file that is no HDF5, with what it is instead. */
async function explained(error: Error, bytes: AsyncFileBytes, path: string): Promise<Error> {
  if (bytes.size === 0) return new FileStructureException(`${path} is empty`, { cause: error });
  const kind = foreignKind(await bytesAt(bytes, 0, 64));
  return kind === undefined
    ? error
    : new FileStructureException(`${path} is no HDF5 file: it is ${kind}`, { cause: error });
}
