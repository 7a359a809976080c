import { type LongOptions, type OptionRules, optionRules } from "@tvb-storage/files";
import { eitherRule, longOptionRules } from "@tvb-storage/files/internal";

/** Options of every export. `onProgress` gets bytes of the files. */
export interface ExportOptions extends LongOptions {
  /**
   * Where the export appears: the path of its file, by its extension, or a folder, in which it gets the original's name.
   * Default: a folder of its own below `<storage root>/EXPORT_TMP`, which the caller removes when it was fetched.
   */
  target?: string;
  /**
   * The files of datatypes that are exported along, instead of those that are found by references; `[]`: none.
   */
  linked?: readonly string[];
  /**
   * What becomes of an export that would lack something: `"report"` (the default) says in its result what, `"refuse"`
   * makes none.
   */
  incomplete?: "report" | "refuse";
}

export interface ProjectExportOptions extends ExportOptions {
  /** Ids of operations that are left out, as the original leaves out those that ended in an error. */
  excludeOperations?: readonly (string | number)[];
}

export interface DatatypeExportOptions extends ExportOptions {
  /** The class name in the name of the export; default that in the first file's name. */
  className?: string;
}

const EXPORT_RULES: OptionRules<ExportOptions> = {
  target: optionRules.anything, // checked as every path is
  linked: optionRules.list,
  incomplete: eitherRule("report", "refuse"),
  ...longOptionRules,
};

export const PROJECT_EXPORT_RULES: OptionRules<ProjectExportOptions> = {
  ...EXPORT_RULES,
  excludeOperations: optionRules.list,
};

export const DATATYPE_EXPORT_RULES: OptionRules<DatatypeExportOptions> = {
  ...EXPORT_RULES,
  className: optionRules.anything, // checked as every name is
};
