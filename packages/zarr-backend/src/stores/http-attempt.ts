import { FileStorageException, isTVBException } from "@tvb-storage/errors";
import { throwIfAborted } from "@tvb-storage/files";
import { errorMessage, type Failed } from "@tvb-storage/files/internal";

interface AttemptLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

interface AttemptTexts {
  /** `x was not read`: where the caller's signal ended it. */
  readonly wasNot: string;
  /** `x cannot be read`: where it failed. */
  readonly cannot: string;
}

/**
 * One request, within a time. What goes wrong on the way, and no answer in time, may go well the next time.
 *
 * @param send Makes the request and reads the answer; what it throws of `@tvb-storage/errors` is final.
 * @throws FileStorageException the signal is aborted.
 */
export async function attempt<T extends object>(
  send: (limits: AbortSignal) => Promise<T | Failed>,
  { timeoutMs, signal }: AttemptLimits,
  { wasNot, cannot }: AttemptTexts,
): Promise<T | Failed> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await send(signal === undefined ? timeout : AbortSignal.any([signal, timeout]));
  } catch (cause) {
    if (isTVBException(cause)) throw cause;
    throwIfAborted(signal, wasNot);
    const reason = timeout.aborted ? `no answer within ${timeoutMs} ms (timeoutMs)` : errorMessage(cause);
    return { failed: new FileStorageException(`${cannot}: ${reason}`, { cause }) };
  }
}
