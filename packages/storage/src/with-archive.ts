import type { TvbZip } from "@tvb-storage/zip";

/**
 * Closes an archive after `work` on it, which publishes one that was written. Where `work` fails, its error is the one to report,
 * also if the archive cannot be closed then.
 */
export async function withArchive<T>(zip: TvbZip, work: (zip: TvbZip) => Promise<T>): Promise<T> {
  let result: T;
  try {
    result = await work(zip);
  } catch (error) {
    await zip[Symbol.asyncDispose]().catch(() => undefined);
    throw error;
  }
  await zip.close();
  return result;
}
