import { FileStructureException } from "@tvb-storage/errors";

/** How large a document may be. */
export interface XmlLimits {
  /** Bytes of the document as it is stored; default 64 MiB. */
  bytes?: number;
  /** Elements inside each other, the root counted; default 256, at most 10,000 (the parser's time grows with its square). */
  depth?: number;
}

const DEFAULTS: Required<XmlLimits> = { bytes: 64 * 1024 * 1024, depth: 256 };

const HIGHEST: Required<XmlLimits> = { bytes: Number.MAX_SAFE_INTEGER, depth: 10_000 };

/** @throws FileStructureException a limit that is no whole number of at least 1, or too high. */
export function resolveLimits(limits: XmlLimits = {}): Required<XmlLimits> {
  const resolved = { bytes: limits.bytes ?? DEFAULTS.bytes, depth: limits.depth ?? DEFAULTS.depth };
  for (const name of ["bytes", "depth"] as const) {
    const value = resolved[name];
    if (!Number.isSafeInteger(value) || value < 1 || value > HIGHEST[name])
      throw new FileStructureException(
        `limits.${name} must be a whole number from 1 to ${HIGHEST[name]}; found ${String(value)}`,
      );
  }
  return resolved;
}

export function tooManyBytes(source: string, found: number, limit: number): FileStructureException {
  return new FileStructureException(
    `${source} has ${found} bytes, more than limits.bytes allows (${limit}); raise it if the file is to be trusted`,
  );
}
