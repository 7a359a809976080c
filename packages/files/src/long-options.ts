/** Bytes done of bytes in all. */
export type Progress = (done: number, total: number) => void;

/** Options of a call that may take long. */
export interface LongOptions {
  /** Cancels between blocks; the call then rejects and nothing of it stays. */
  signal?: AbortSignal;
  onProgress?: Progress;
}
