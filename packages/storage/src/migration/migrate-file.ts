import {
  type BackendOptions,
  type BackendRegistry,
  createBackendRegistry,
  type StorageBackend,
  type StorageManager,
} from "@tvb-storage/core";
import {
  FileMigrationException,
  FileStorageException,
  FileStructureException,
  isTVBException,
} from "@tvb-storage/errors";
import {
  checkCallOptions,
  checkPath,
  type FileSystem,
  type LongOptions,
  nameInError,
  type OptionRules,
  optionRules,
} from "@tvb-storage/files";
import { DATA_VERSION_KEY, errorMessage, longOptionRules } from "@tvb-storage/files/internal";
import { h5Backend } from "@tvb-storage/h5-backend";
import { backendsRule } from "../storage-options.js";
import { changeCopyByBytes } from "./change-copy.js";
import { dataVersionOf } from "./data-version.js";
import type { MigrationContext, MigrationStep } from "./migration-step.js";
import { checkSteps, planSteps } from "./plan-steps.js";

export interface MigrateOptions extends LongOptions {
  /** Where the file's backend is looked for, by its extension; default HDF5 alone. */
  readonly backends?: BackendRegistry;
  /** Default: the disk. */
  readonly fs?: FileSystem;
}

export interface Migrated {
  /** The data version before, and now. */
  readonly from: number;
  readonly to: number;
  /** How many steps were made; 0: the file was at the target already, and nothing was written. */
  readonly steps: number;
}

const OPTIONS: OptionRules<MigrateOptions> = {
  backends: backendsRule,
  fs: optionRules.fileSystem,
  ...longOptionRules,
};

/**
 * Brings a data file to another data version: finds the fewest steps that lead there from the file's own version, makes
 * them one after another on a copy beside the file, verifies the copy, and puts it in the file's place in one step.
 * Other writers wait until then (those of other processes too, where the backend has such a lock), readers see the old
 * file. Calls of this process on the file wait. Rows that were appended and are not committed yet are committed first.
 *
 * Whatever fails, and when the process is killed or the power is cut, the file is the old one, byte for byte, or the new
 * one; what a killed process left beside it is removed by the next migration (or by `recover` of the HDF5 backend).
 * Progress is in bytes of the file, each of which counts twice: copied, verified.
 *
 * @throws MissingDataFileException there is no file.
 * @throws IncompatibleFileManagerException it is of another format, or has no data version.
 * @throws FileMigrationException no steps lead to `target`, the file is newer, a step failed, or the copy was damaged by
 *   one; the cause says more.
 * @throws FileStorageException the file is used by another program, the disk is full or failed, or cancelled.
 * @throws FileStructureException a bad argument, no permission, or a backend whose files cannot be replaced in one step.
 */
export async function migrateFile(
  path: string,
  steps: readonly MigrationStep[],
  target: number,
  given: MigrateOptions = {},
): Promise<Migrated> {
  const {
    backends = createBackendRegistry([h5Backend]),
    fs,
    ...long
  } = checkCallOptions(given, OPTIONS, "migrateFile");
  checkPath(path, "the file of migrateFile");
  if (!Number.isSafeInteger(target) || target < 0)
    throw new FileStructureException(
      `expected a whole number as the version to migrate ${path} to, found ${String(target)}`,
    );
  const known = checkSteps(steps);
  const backend = backends.forPath(path);
  const options: BackendOptions & { fs?: FileSystem } = fs === undefined ? {} : { fs };
  const from = await dataVersionOf(backend.open(path, options));
  // Refused before anything is copied; and nothing is written where nothing is to be done.
  if (planSteps(path, known, from, target).length === 0) return { from, to: target, steps: 0 };
  let migrated: Migrated = { from, to: target, steps: 0 };
  const change = async (copy: StorageManager): Promise<boolean> => {
    // Another process may have migrated the file since.
    const version = await dataVersionOf(copy);
    const plan = planSteps(path, known, version, target);
    const context: MigrationContext = { path, ...(long.signal === undefined ? {} : { signal: long.signal }) };
    for (const step of plan) await makeStep(copy, step, context);
    migrated = { from: version, to: target, steps: plan.length };
    return plan.length > 0;
  };
  try {
    await changeCopyOf(backend, path, { ...options, ...long }, change);
  } catch (error) {
    throw nameInError(error, path);
  }
  return migrated;
}

function changeCopyOf(
  backend: StorageBackend,
  path: string,
  options: LongOptions & { fs?: FileSystem },
  change: (copy: StorageManager) => Promise<boolean>,
): Promise<boolean> {
  const { storedAs, crossProcessLock } = backend.supports;
  if (backend.changeCopy !== undefined) return backend.changeCopy(path, options, change);
  if (storedAs === "file" && !crossProcessLock) return changeCopyByBytes(backend, path, options, change);
  const why =
    storedAs === "file"
      ? "it does not say how another process is kept from writing meanwhile (changeCopy)"
      : storedAs === "folder"
        ? "it stores a folder, which no file system replaces in one step"
        : "it stores nothing on the file system";
  throw new FileStructureException(
    `${path} cannot be migrated in place by the backend "${backend.name}": ${why}; copy it to a new one (copyStorage), and change that`,
  );
}

async function makeStep(copy: StorageManager, step: MigrationStep, context: MigrationContext): Promise<void> {
  const { path } = context;
  const what = `${path}: the migration from data version ${step.from} to ${step.to}`;
  // The copy has a name that says nothing to the caller.
  const reason = (error: unknown): string => errorMessage(error).replaceAll(copy.path, path);
  try {
    await step.migrate(copy, context);
    await copy.closeFile();
  } catch (error) {
    if (context.signal?.aborted === true && isTVBException(error, "FILE_STORAGE")) throw error;
    throw new FileMigrationException(`${what} failed, and the file is as before: ${reason(error)}`, {
      cause: error,
    });
  }
  if (context.signal?.aborted === true)
    throw new FileStorageException(`${what}: cancelled by its signal`, { cause: context.signal.reason });
  try {
    const version = await dataVersionOf(copy);
    if (version !== step.from && version !== step.to)
      throw new FileMigrationException(`its step left the file with data version ${version}`);
    await copy.setMetadata({ [DATA_VERSION_KEY]: step.to });
  } catch (error) {
    throw new FileMigrationException(`${what} failed, and the file is as before: ${reason(error)}`, {
      cause: error,
    });
  }
}
