import { FileStorageException, isTVBException } from "@tvb-storage/errors";
import { quoted } from "../quoted.js";
import { errorMessage } from "../system-error.js";

// A port of the caller's may do anything.

/** What a read was for, in messages. */
interface AskedBytes {
  readonly name: string;
  readonly position: number;
  readonly length: number;
}

/**
 * How many bytes a port says that it read.
 *
 * @throws FileStorageException what it says cannot be.
 */
export function readCount(answer: unknown, { name, position, length }: AskedBytes): number {
  if (typeof answer === "number" && Number.isInteger(answer) && answer >= 0 && answer <= length)
    return answer;
  const promised = typeof answer === "object" && answer !== null && "then" in answer;
  throw new FileStorageException(
    promised
      ? `${name}: the port's read gave a number first and a promise now; let it always give promises`
      : `${name}: the port's read gave ${quoted(answer)} where it read ${length} bytes at ${position}; it must give how many were there`,
  );
}

/** What a port's read threw, as an exception that names the file. */
export function readFailure(error: unknown, { name, position, length }: AskedBytes): Error {
  if (error instanceof Error && isTVBException(error)) return error;
  return new FileStorageException(
    `${name}: ${length} bytes at ${position} cannot be read (${errorMessage(error)})`,
    { cause: error },
  );
}
