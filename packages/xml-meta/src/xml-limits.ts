import { FileStructureException } from "@tvb-storage/errors";
import { checkCallOptions, type OptionRules, optionRules } from "@tvb-storage/files";

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

const { atLeast1 } = optionRules;
const RULES: OptionRules<XmlLimits> = { bytes: atLeast1, depth: atLeast1, elements: atLeast1 };

/** @throws FileStructureException a limit that is unknown, or not a number of at least 1; `Infinity` is allowed. */
export function resolveLimits(given?: XmlLimits): Required<XmlLimits> {
  const limits = checkCallOptions(given, RULES, "the option limits");
  return {
    bytes: limits.bytes ?? DEFAULTS.bytes,
    depth: limits.depth ?? DEFAULTS.depth,
    elements: limits.elements ?? DEFAULTS.elements,
  };
}

export function tooManyBytes(source: string, found: number, limit: number): FileStructureException {
  return new FileStructureException(
    `${source} has ${found} bytes, more than limits.bytes allows (${limit}); raise it if the file is to be trusted`,
  );
}
