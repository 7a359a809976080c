import { FileStructureException } from "@tvb-storage/errors";

/** How large a document may be. */
export interface XmlLimits {
  /** Bytes of the document as it is stored; default 64 MiB. */
  bytes?: number;
  /** Elements inside each other, the root counted; default 256. */
  depth?: number;
  /** Elements and attributes together; default 1,000,000. Each costs far more memory than it has bytes. */
  elements?: number;
}

const DEFAULTS: Required<XmlLimits> = { bytes: 64 * 1024 * 1024, depth: 256, elements: 1_000_000 };

/** @throws FileStructureException a limit that is no number of at least 1; `Infinity` is one. */
export function resolveLimits(limits: XmlLimits = {}): Required<XmlLimits> {
  const resolved = {
    bytes: limits.bytes ?? DEFAULTS.bytes,
    depth: limits.depth ?? DEFAULTS.depth,
    elements: limits.elements ?? DEFAULTS.elements,
  };
  for (const name of ["bytes", "depth", "elements"] as const) {
    const value = resolved[name];
    // Written so that NaN, and what is no number at all, is refused too.
    if (!(typeof value === "number" && value >= 1))
      throw new FileStructureException(
        `limits.${name} must be a number of at least 1; found ${String(value)}`,
      );
  }
  return resolved;
}

export function tooManyBytes(source: string, found: number, limit: number): FileStructureException {
  return new FileStructureException(
    `${source} has ${found} bytes, more than limits.bytes allows (${limit}); raise it if the file is to be trusted`,
  );
}
