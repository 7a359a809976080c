import { FileStorageException } from "@tvb-storage/errors";

/** Where the bytes of a structure come from: what messages need, and how wide the file's numbers are. */
export interface Source {
  /** How messages call the file. */
  readonly name: string;
  /** Bytes of a file address ("Size of Offsets" of the superblock). */
  readonly offsetSize: number;
  /** Bytes of a length ("Size of Lengths"). */
  readonly lengthSize: number;
}

/** `0x` and hexadecimal digits, as h5dump and h5debug show addresses. */
function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

/** The error for bytes that are not what the specification says. `what` completes the sentence. */
export function damaged(
  source: Pick<Source, "name">,
  structure: string,
  address: number,
  what: string,
): FileStorageException {
  return new FileStorageException(
    `${source.name}: the ${structure} at address ${hex(address)} is damaged: ${what}.`,
  );
}

/** The error for a part of the format that is valid but that this reader does not know. */
export function unsupported(
  source: Pick<Source, "name">,
  structure: string,
  address: number,
  what: string,
): FileStorageException {
  return unjudged(
    new FileStorageException(
      `${source.name}: the ${structure} at address ${hex(address)} cannot be read here: ${what}.`,
    ),
  );
}

const unjudgedErrors = new WeakSet<Error>();

/** Marks an error that says what this package cannot read, not what is wrong with the file. */
export function unjudged<T extends Error>(error: T): T {
  unjudgedErrors.add(error);
  return error;
}

/** Whether an error was marked so. */
export function isUnjudged(error: unknown): boolean {
  return error instanceof Error && unjudgedErrors.has(error);
}
