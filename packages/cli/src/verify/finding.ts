import { systemErrorCode } from "@tvb-storage/files";

/** One thing that was found about a file. */
export interface Finding {
  /** "damage" is wrong in the file; "unjudged" is what cannot be read here, and no fault of it. */
  readonly kind: "damage" | "unjudged";
  /** The object of an HDF5 file or a Zarr hierarchy, or the entry of an archive; undefined for the file itself. */
  readonly node?: string;
  readonly problem: string;
}

/** A missing file or permission, a server that does not answer; not what zlib says of data. */
export function isOfTheSystem(cause: unknown): boolean {
  for (let at = cause; at instanceof Error; at = at.cause) {
    if (/^E(?!RR_)/.test(systemErrorCode(at) ?? "")) return true;
    if (/^(the server answers|fetch failed)|TimeoutError|AbortError/.test(`${at.message} ${at.name}`))
      return true;
  }
  return false;
}
