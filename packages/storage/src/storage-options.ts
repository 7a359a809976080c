import type { BackendRegistry } from "@tvb-storage/core";
import { checkCallOptions, type OptionRules, optionRule, optionRules } from "@tvb-storage/files";
import { checkArgument } from "@tvb-storage/files/internal";
import type { FilesHelperOptions } from "@tvb-storage/fs-helper";

export interface StorageInterfaceOptions extends FilesHelperOptions {
  /**
   * Default: HDF5 alone. Their files are told apart by the extensions; for another path the first is used, and new datatypes
   * get its extension.
   */
  backends?: BackendRegistry;
  /** The clock that exports are named by; default the system's. */
  now?: () => Date;
}

/** Of an option that is a registry of backends. */
export const backendsRule = optionRule(
  "a registry of backends, as createBackendRegistry makes it",
  (value) => typeof (value as Partial<BackendRegistry> | null)?.forPath === "function", // any value may be asked so
);

const RULES: OptionRules<StorageInterfaceOptions> = {
  storageRoot: optionRules.anything, // checked as every path is
  fs: optionRules.fileSystem,
  logger: optionRules.object,
  isSyncing: optionRules.function,
  backends: backendsRule,
  now: optionRules.function,
};

/** @throws FileStructureException no object, or an option that is unknown or cannot have its value. */
export function storageOptions(given: StorageInterfaceOptions): Partial<StorageInterfaceOptions> {
  checkArgument(given, "the options of StorageInterface", {
    ...optionRules.object,
    expected: 'an object, as in { storageRoot: "storage" }',
  });
  return checkCallOptions(given, RULES, "StorageInterface");
}
