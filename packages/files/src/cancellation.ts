import { FileStorageException } from "@tvb-storage/errors";

/** The exception of a call that its `signal` ended; `what` names what was not done. The signal's reason is the cause. */
export function cancelledException(signal: AbortSignal, what: string): FileStorageException {
  return new FileStorageException(`${what}: cancelled by its signal`, { cause: signal.reason });
}

/**
 * To be called between the steps of a call that takes a `signal`.
 *
 * @throws FileStorageException the signal is aborted.
 */
export function throwIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted === true) throw cancelledException(signal, what);
}
