import { stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import { openDatatype, type Storage } from "./storage.js";
import { UserMistake } from "./user-mistake.js";

/**
 * Checks all files before the first one is copied.
 *
 * @throws UserMistake a file that is missing, a folder, or not HDF5.
 */
export async function checkUserFiles(files: readonly string[]): Promise<void> {
  for (const file of files) {
    if (!(await isFile(file))) throw new UserMistake(`${file} is a folder; name HDF5 files`);
    if (!(await openDatatype(file).isValidTvbFile())) {
      throw new UserMistake(`${file} is not an HDF5 file, or cannot be read, or is damaged`);
    }
  }
}

async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserMistake(`cannot find ${file} (${reason})`, { cause: error });
  }
}

/** Copies the files into an operation's folder as datatypes; returns their new paths. */
export async function importUserFiles(
  storage: Storage,
  project: string,
  operation: number,
  files: readonly string[],
): Promise<string[]> {
  const paths: string[] = [];
  for (const file of files) {
    const { path } = await storage.newDatatype(project, operation, datatypeName(file));
    await storage.files.copyFile(file, path);
    paths.push(path);
  }
  return paths;
}

/** `rest eeg-1.hdf5` gives `rest_eeg_1`; the identifier of a file that is a datatype already is left out. */
export function datatypeName(file: string): string {
  const name = basename(file, extname(file))
    .replace(/_[0-9a-f]{32}$/, "")
    .normalize("NFC")
    .replaceAll(/[^\p{Letter}\p{Number}]+/gu, "_")
    .replaceAll(/^_+|_+$/g, "")
    .slice(0, 80);
  return name === "" ? "Imported" : name;
}
