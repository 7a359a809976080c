import { type LongOptions, type OptionRules, optionRules } from "@tvb-storage/files";
import { eitherRule, longOptionRules } from "@tvb-storage/files/internal";
import { TvbZip, type ZipLimits } from "@tvb-storage/zip";
import { longOptionsOf } from "./long-options.js";
import type { StorageContext } from "./storage-context.js";
import { withArchive } from "./with-archive.js";

/** Options of every import. `onProgress` gets bytes, unpacked. */
export interface ImportOptions extends LongOptions {
  /** As in `TvbZip.open`. */
  limits?: ZipLimits;
  /** As in `TvbZip.open`. */
  backslashes?: "refuse" | "separator";
}

export const IMPORT_RULES: OptionRules<ImportOptions> = {
  limits: optionRules.object,
  backslashes: eitherRule("refuse", "separator"),
  ...longOptionRules,
};

/** Unpacks an archive into a folder where nothing is; gives the paths of its files in that folder. Throws as `TvbZip.unpackZip` does. */
export async function unpackImport(
  { fs, logger }: StorageContext,
  archive: string,
  folder: string,
  options: ImportOptions,
): Promise<string[]> {
  const { limits, backslashes } = options;
  const opened = await TvbZip.open(archive, "r", {
    fs,
    ...(logger === undefined ? {} : { logger }),
    ...(limits === undefined ? {} : { limits }),
    ...(backslashes === undefined ? {} : { backslashes }),
  });
  const files = await withArchive(opened, (zip) => zip.unpackZip(folder, longOptionsOf(options)));
  return files.map((file) => file.slice(folder.length + 1));
}
