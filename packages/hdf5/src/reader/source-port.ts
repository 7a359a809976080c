import { FileStructureException } from "@tvb-storage/errors";
import { type FileBytes, type FilePort, quoted } from "@tvb-storage/files";
import { readOnlyError } from "@tvb-storage/files/internal";

/** Where a file's bytes are: in memory, or behind a port that reads them. */
export type Hdf5Source = Uint8Array | ArrayBuffer | FileBytes;

/** @throws FileStructureException it is neither bytes nor a port. */
export function sourcePort(source: Hdf5Source, name: string): FilePort {
  const bytes = bytesOf(source);
  return {
    get size() {
      return bytes.size;
    },
    read: (target, position) => bytes.read(target, position),
    write: () => {
      throw readOnlyError(name);
    },
    truncate: () => {
      throw readOnlyError(name);
    },
  };
}

function bytesOf(source: Hdf5Source): FileBytes {
  // By their tags: they may be of another realm, such as that of a frame.
  const tag = Object.prototype.toString.call(source);
  if (tag === "[object Uint8Array]") return inMemory(source as Uint8Array);
  if (tag === "[object ArrayBuffer]") return inMemory(new Uint8Array(source as ArrayBuffer));
  const port = source as Partial<FileBytes> | null | undefined; // checked in the next lines
  if (typeof port === "object" && typeof port?.read === "function" && typeof port.size === "number")
    return source as FileBytes; // it has both members
  throw new FileStructureException(
    `a file is read from its bytes (a Uint8Array, such as readFile gives) or from a port { size, read }; found ${quoted(source)}`,
  );
}

function inMemory(bytes: Uint8Array): FileBytes {
  return {
    size: bytes.length,
    read(target, position) {
      const part = bytes.subarray(position, position + target.length);
      target.set(part);
      return part.length;
    },
  };
}
