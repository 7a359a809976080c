import type { LongOptions, Progress } from "@tvb-storage/files";
import type { CollectedFile } from "./collect-files.js";

/** Files that are worked on at the same time: their decompression is on other threads. */
const AT_ONCE = 4;

/**
 * Does some work on each file, a few at a time. `work` reports its progress in any unit; all of it together is
 * reported in bytes of the files. Rejects with the first failure, when the work that had begun has ended.
 */
export async function forEachFile(
  files: readonly CollectedFile[],
  { signal, onProgress }: LongOptions,
  work: (file: CollectedFile, onProgress: Progress) => Promise<void>,
): Promise<void> {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const parts = new Map<CollectedFile, number>();
  let ended = 0;
  const report = () => {
    let done = ended;
    for (const part of parts.values()) done += part;
    onProgress?.(Math.min(done, total), total);
  };
  const queue = files.values();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const file of queue) {
      if (failed) return;
      try {
        signal?.throwIfAborted();
        await work(file, (done, all) => {
          parts.set(file, all > 0 ? (file.size * done) / all : 0);
          report();
        });
      } catch (error) {
        failed = true;
        throw error;
      }
      parts.delete(file);
      ended += file.size;
      report();
    }
  };
  const results = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
  const failure = results.find((result) => result.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}
