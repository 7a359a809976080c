import type { MetadataValue, StorageManager } from "@tvb-storage/core";
import { IncompatibleFileManagerException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";

/** A whole number, as a number or, in files of TVB 1.x, as text. */
function asVersion(value: MetadataValue): number | undefined {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  return typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}

/**
 * The data version of a file as a number.
 *
 * @throws MissingDataFileException there is no file.
 * @throws IncompatibleFileManagerException it is of another format, or has no version that is a whole number.
 */
export async function dataVersionOf(manager: StorageManager): Promise<number> {
  const value = await manager.getFileDataVersion();
  const version = asVersion(value);
  if (version !== undefined) return version;
  const found = typeof value === "object" ? "an array" : quoted(value);
  throw new IncompatibleFileManagerException(
    `${manager.path}: expected a whole number as its data version (attribute Data_version of the root), found ${found}`,
  );
}
