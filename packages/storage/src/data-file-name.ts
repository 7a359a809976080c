import { FileStructureException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";

/** The 32 hexadecimal digits of a gid, however it is written: plain, with hyphens, as `urn:uuid:`, in braces. */
export function gidHex(gid: string): string {
  const digits = gid.replace(/^urn:uuid:/i, "").replaceAll(/[{}-]/g, "");
  if (!/^[0-9a-f]{32}$/i.test(digits))
    throw new FileStructureException(
      `${quoted(gid)} is no gid: give 32 hexadecimal digits, with or without hyphens`,
    );
  return digits.toLowerCase();
}

/**
 * The name of a data file: `Connectivity_<32 hex>.h5` for the class `ConnectivityH5` or `Connectivity`.
 *
 * @throws FileStructureException `gid` is no gid.
 */
export function getFilename(className: string, gid: string, extension = ".h5"): string {
  return `${className.replace(/H5$/, "")}_${gidHex(gid)}${extension}`;
}
