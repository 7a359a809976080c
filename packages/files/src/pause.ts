import { cancelledException } from "./cancellation.js";

/**
 * Waits.
 *
 * @param what Was not done where the signal ended it, for the message.
 * @throws FileStorageException the signal is aborted meanwhile.
 */
export function pause(ms: number, signal: AbortSignal | undefined, what: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      if (signal !== undefined) reject(cancelledException(signal, what));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
