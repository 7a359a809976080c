import { type BackendOptions, type BackendRegistry, createBackendRegistry } from "@tvb-storage/core";
import { namedBackend } from "@tvb-storage/core/internal";
import { isTVBException } from "@tvb-storage/errors";
import {
  checkCallOptions,
  checkPath,
  defaultFileSystem,
  type FileSystem,
  fileException,
  type LongOptions,
  type OptionRules,
  optionRules,
} from "@tvb-storage/files";
import { holdFolder, LongCall, longOptionRules } from "@tvb-storage/files/internal";
import { h5Backend } from "@tvb-storage/h5-backend";
import { longOptionsOf } from "../long-options.js";
import { backendsRule } from "../storage-options.js";
import { treeItems } from "../tree-items.js";
import { dataVersionOf } from "./data-version.js";

export interface ScanOptions extends LongOptions {
  /** Whose files are looked at, by their extension; default HDF5 alone. */
  readonly backends?: BackendRegistry;
  /** Default: the disk. */
  readonly fs?: FileSystem;
}

/** A data file, and its version. */
export interface FileVersion {
  readonly path: string;
  /** Undefined where there is a problem. */
  readonly version: number | undefined;
  /** Why the version is not known: the file is of another format, has none, or cannot be read. */
  readonly problem?: string;
}

const OPTIONS: OptionRules<ScanOptions> = {
  backends: backendsRule,
  fs: optionRules.fileSystem,
  ...longOptionRules,
};

/** Files that are open at a time. */
const AT_ONCE = 8;

/**
 * The data versions of all data files below a folder, in the order of their paths. What is wrong with one file is its
 * `problem`, and the others are looked at. Links are not followed. Progress is in files.
 *
 * @throws FileStructureException the folder is missing or is none, or a folder in it cannot be read.
 * @throws FileStorageException cancelled.
 */
export async function scanVersions(folder: string, given: ScanOptions = {}): Promise<FileVersion[]> {
  const options = checkCallOptions(given, OPTIONS, "scanVersions");
  checkPath(folder, "the folder of scanVersions");
  const { backends = createBackendRegistry([h5Backend]), fs } = options;
  const call = new LongCall(`looking for versions below ${folder}`, longOptionsOf(options));
  call.check();
  const paths = await dataFilesBelow(fs ?? defaultFileSystem(), folder, backends, call);
  const opening: BackendOptions & { fs?: FileSystem } = fs === undefined ? {} : { fs };
  call.total = paths.length;
  const versions = new Array<FileVersion>(paths.length);
  let next = 0;
  const runner = async (): Promise<void> => {
    for (let index = next++; index < paths.length; index = next++) {
      await call.pause();
      const path = paths[index] ?? "";
      const manager = backends.forPath(path).open(path, opening);
      try {
        versions[index] = { path, version: await dataVersionOf(manager) };
      } catch (error) {
        if (!isTVBException(error)) throw error;
        versions[index] = { path, version: undefined, problem: error.message };
      }
      call.advance(1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runner));
  call.finish();
  return versions;
}

async function dataFilesBelow(
  fs: FileSystem,
  folder: string,
  backends: BackendRegistry,
  call: LongCall,
): Promise<string[]> {
  const paths: string[] = [];
  const context = { fs, backends, paths: { hold: (path: string) => holdFolder(fs, path) } };
  try {
    for await (const { path, name, kind } of treeItems(context, folder)) {
      call.check();
      if (namedBackend(backends, name)?.supports.storedAs === kind) paths.push(path);
    }
  } catch (error) {
    throw fileException(error, `cannot look for data files below ${folder}`);
  }
  return paths.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
