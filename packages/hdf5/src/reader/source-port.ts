import { FileStructureException } from "@tvb-storage/errors";
import { type AsyncFileBytes, type FileBytes, type FilePort, quoted } from "@tvb-storage/files";
import { FetchedPort, readCount, readFailure, readOnlyError } from "@tvb-storage/files/internal";

/**
 * Where a file's bytes are: in memory, or behind a port that reads them, at once or later (`blobFile`, `httpFile` of
 * files, `syncAccessFile`).
 */
export type Hdf5Source = Uint8Array | ArrayBuffer | FileBytes | AsyncFileBytes;

/**
 * The port of a source. One whose first read gives a promise is asynchronous.
 *
 * @throws FileStructureException it is neither bytes nor a port.
 */
export function sourcePort(source: Hdf5Source, name: string): FilePort {
  const bytes = bytesOf(source);
  const asked = (target: Uint8Array, position: number) => ({ name, position, length: target.length });
  const ask = (target: Uint8Array, position: number): unknown => {
    try {
      return bytes.read(target, position);
    } catch (error) {
      throw readFailure(error, asked(target, position));
    }
  };
  const first = ask(new Uint8Array(Math.min(1, bytes.size)), 0);
  if (typeof first !== "number") {
    // Whether it fails shows in the next read.
    Promise.resolve(first).catch(() => undefined);
    return new FetchedPort(bytes, name);
  }
  const refuse = (): never => {
    throw readOnlyError(name);
  };
  return {
    get size() {
      return bytes.size;
    },
    read: (target, position) => readCount(ask(target, position), asked(target, position)),
    write: refuse,
    truncate: refuse,
  };
}

/** Runs a pure step; where the port is asynchronous, until all that it reads has come. */
export async function stepOn<T>(port: FilePort, run: () => T): Promise<T> {
  return port instanceof FetchedPort ? port.step(run) : run();
}

function bytesOf(source: Hdf5Source): FileBytes | AsyncFileBytes {
  // By their tags: they may be of another realm, such as that of a frame.
  const tag = tagOf(source);
  if (tag === "[object Uint8Array]") return inMemory(source as Uint8Array);
  if (tag === "[object ArrayBuffer]") return inMemory(new Uint8Array(source as ArrayBuffer));
  if (isSource(source)) return source as FileBytes; // it is not bytes
  throw new FileStructureException(
    `a file is read from its bytes (a Uint8Array, such as readFile gives) or from a port { size, read }; found ${quoted(source)}`,
  );
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value);
}

/** Whether a file can be read from it. */
export function isSource(value: unknown): value is Hdf5Source {
  if (["[object Uint8Array]", "[object ArrayBuffer]"].includes(tagOf(value))) return true;
  const port = value as Partial<FileBytes> | null | undefined; // checked in the next line
  return typeof port === "object" && typeof port?.read === "function" && isLength(port.size);
}

function isLength(size: unknown): boolean {
  return Number.isSafeInteger(size) && Number(size) >= 0;
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
