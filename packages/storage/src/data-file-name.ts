import type { BackendRegistry } from "@tvb-storage/core";
import { namedBackend } from "@tvb-storage/core/internal";
import { FileStructureException } from "@tvb-storage/errors";
import { optionRules, quoted } from "@tvb-storage/files";
import { checkArgument } from "@tvb-storage/files/internal";
import { checkName } from "@tvb-storage/fs-helper/internal";

/** What the name of a data file says. */
export interface DataFileName {
  readonly className: string;
  /** 32 hexadecimal digits, in lower case. */
  readonly gid: string;
}

/** The 32 hexadecimal digits of a gid in lower case, however it is written; undefined for another text. */
export function asGid(text: string): string | undefined {
  // A whole file may be in an attribute; no way of writing a gid is longer.
  if (text.length > 64) return undefined;
  const digits = text.replace(/^urn:uuid:/i, "").replaceAll(/[{}-]/g, "");
  return /^[0-9a-f]{32}$/i.test(digits) ? digits.toLowerCase() : undefined;
}

/** The 32 hexadecimal digits of a gid, however it is written: plain, with hyphens, as `urn:uuid:`, in braces. */
export function gidHex(gid: string): string {
  checkArgument(gid, "the gid", optionRules.text);
  const digits = asGid(gid);
  if (digits === undefined)
    throw new FileStructureException(
      `${quoted(gid)} is no gid: give 32 hexadecimal digits, with or without hyphens`,
    );
  return digits;
}

/**
 * The name of a data file: `Connectivity_<32 hex>.h5` for the class `ConnectivityH5` or `Connectivity`.
 *
 * @throws FileStructureException `gid` is no gid, or the class name cannot be part of a file's name.
 */
export function getFilename(className: string, gid: string, extension = ".h5"): string {
  checkArgument(className, "the class name", optionRules.text);
  checkArgument(extension, "the extension", optionRules.text);
  const name = className.replace(/H5$/, "");
  if (name === "") throw new FileStructureException(`${quoted(className)} is no class name of a datatype`);
  return checkName(`${name}_${gidHex(gid)}${extension}`, "name of the data file");
}

/** What a file's name says, without its folder; undefined where it is not the name of a data file of a backend. */
export function parseDataFileName(backends: BackendRegistry, name: string): DataFileName | undefined {
  const backend = namedBackend(backends, name);
  if (backend === undefined) return undefined;
  const [, className, gid] =
    /^(.+)_([0-9a-f]{32})$/is.exec(name.slice(0, -backend.fileExtension.length)) ?? [];
  return className === undefined || gid === undefined ? undefined : { className, gid: gid.toLowerCase() };
}
