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
  if (source instanceof Uint8Array) return inMemory(source);
  // Of whichever realm, such as that of a frame or of a test.
  if (Object.prototype.toString.call(source) === "[object ArrayBuffer]")
    return inMemory(new Uint8Array(source as ArrayBuffer)); // by its tag
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
