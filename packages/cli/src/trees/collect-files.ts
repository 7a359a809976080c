import { FileStructureException } from "@tvb-storage/errors";
import { defaultFileSystem, fileException, pathStats } from "@tvb-storage/files";
import { isAddress } from "./address.js";
import { type FileFormat, formatAt, formatByName, formatOf } from "./file-format.js";
import { bytesBeneath, walkFiles } from "./walk-files.js";

/** A file that a command is to look at, or a Zarr hierarchy. */
export interface CollectedFile {
  readonly path: string;
  /** Bytes; 0 where it is at an address. */
  readonly size: number;
  readonly format: FileFormat;
}

/** A path that cannot be looked at, with the reason. */
interface Unopened {
  readonly path: string;
  readonly error: Error;
}

export interface CollectedFiles {
  readonly files: readonly CollectedFile[];
  readonly unopened: readonly Unopened[];
  /** Files beneath the folders that are of none of the formats, and links, which are not followed. */
  readonly others: number;
}

/**
 * The files that paths name: a file itself, taken for `assumed` where nothing tells its format, and of a folder all
 * files beneath it that are of one of the formats.
 */
export async function collectFiles(
  paths: readonly string[],
  formats: readonly FileFormat[],
  signal: AbortSignal,
): Promise<CollectedFiles> {
  const files: CollectedFile[] = [];
  const unopened: Unopened[] = [];
  let others = 0;
  const add = async (path: string, size: number, isNamed: boolean): Promise<void> => {
    try {
      const format = (await formatOf(path)) ?? (isNamed ? "hdf5" : undefined);
      if (format !== undefined && (isNamed || formats.includes(format))) files.push({ path, size, format });
      else others += 1;
    } catch (error) {
      unopened.push({ path, error: fileException(error, `cannot read ${path}`) });
    }
  };
  for (const given of paths) {
    const path = given.replace(/(?<=.)\/+$/, "");
    if (isAddress(path)) {
      files.push({ path, size: 0, format: "zarr" });
      continue;
    }
    try {
      const stats = await pathStats(defaultFileSystem(), path, { followLinks: true });
      if (stats === undefined)
        throw new FileStructureException(`cannot read ${path}: there is no such file or folder`);
      if (stats.kind !== "folder") {
        await add(path, stats.size, true);
        continue;
      }
      if (formatByName(path) === "zarr" || (await formatAt(path)) === "zarr") {
        files.push({ path, size: await bytesBeneath(path), format: "zarr" });
        continue;
      }
      const found = await walkFiles(path, signal, (name) => formatByName(name) === "zarr");
      unopened.push(...found.closed.map((closed) => ({ ...closed, path: `${path}/${closed.path}` })));
      for (const file of found.files)
        if (file.kind === "file") await add(`${path}/${file.path}`, file.size, false);
        else if (file.kind === "folder" && formats.includes("zarr"))
          files.push({ path: `${path}/${file.path}`, size: file.size, format: "zarr" });
        else others += 1;
    } catch (error) {
      signal.throwIfAborted();
      unopened.push({ path, error: fileException(error, `cannot read ${path}`) });
    }
  }
  return { files, unopened, others };
}
