import { throwIfAborted } from "./cancellation.js";
import { pause } from "./pause.js";

export interface RetryOptions {
  /** How often it is tried again; default 3. */
  readonly retries?: number | undefined;
  /** Waits so many milliseconds before it is tried again: 200, 400, ...; default by a timer. */
  readonly wait?: ((ms: number) => Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Waits for a random time between half and all of that, so that clients that failed at once do not come back at once. */
  readonly jitter?: boolean | undefined;
}

/** What may go well the next time. */
export interface Failed {
  readonly failed: Error;
}

const RETRIES = 3;
const FIRST_WAIT_MS = 200;

/** Whether an answer says that the same request may be answered later. */
export function isTemporary(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/**
 * Tries a request again where it failed for the moment. What `work` throws is not tried again.
 *
 * @param what Was not done where the signal ended it, for the message.
 */
export async function withRetries<T extends object>(
  work: () => Promise<T | Failed>,
  { retries = RETRIES, wait, signal, jitter = false }: RetryOptions,
  what: string,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    throwIfAborted(signal, what);
    const outcome = await work();
    if (!("failed" in outcome)) return outcome;
    if (attempt >= retries) throw outcome.failed;
    const ms = FIRST_WAIT_MS * 2 ** attempt * (jitter ? 0.5 + Math.random() / 2 : 1);
    await (wait?.(ms) ?? pause(ms, signal, what));
  }
}
