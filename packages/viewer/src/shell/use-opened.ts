import type { DataFile } from "../data/data-file.js";
import { type FileSummary, summaryOf } from "../data/file-summary.js";
import type { SourceFile } from "../sources/source.js";
import { type Loaded, useLoaded } from "./use-loaded.js";

export interface Opened {
  readonly data: DataFile;
  readonly summary: FileSummary;
}

/**
 * A file, opened, with its summary; both are kept, so it costs nothing where they are known. Undefined without a file.
 * After a failure another `attempt` opens it again.
 */
export function useOpened(file: SourceFile | undefined, attempt = 0): Loaded<Opened | undefined> {
  return useLoaded(async () => {
    if (file === undefined) return undefined;
    const data = await file.data();
    return { data, summary: await summaryOf(file, data) };
  }, [file, attempt]);
}
