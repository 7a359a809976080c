import { readdir, stat } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { haveSameBytes } from "./compare-bytes.js";
import { type ComparedDatatype, compareDatatypes } from "./compare-datatypes.js";
import { TEMP_FOLDER } from "./storage.js";

/** One file of a project, original and copy side by side. */
export interface ComparedFile {
  /** In the project folder, with `/`. */
  readonly name: string;
  readonly bytes: number;
  readonly sameBytes: boolean;
  /** For HDF5 files only. */
  readonly datatype?: ComparedDatatype;
}

/** Compares every file that was to be exported with its copy: HDF5 by value and by byte, others by byte. */
export async function compareProjects(original: string, copy: string): Promise<ComparedFile[]> {
  const names = (await fileNames(original)).filter((name) => !name.startsWith(`${TEMP_FOLDER}/`));
  const compared: ComparedFile[] = [];
  for (const name of names) {
    const [left, right] = [join(original, name), join(copy, name)];
    const common = { name, bytes: (await stat(left)).size, sameBytes: await haveSameBytes(left, right) };
    const datatype = extname(name) === ".h5" ? await compareDatatypes(left, right) : undefined;
    compared.push(datatype === undefined ? common : { ...common, datatype });
  }
  return compared;
}

/** Files of the copy that the export should not contain. */
export async function unexpectedFiles(copy: string, expected: readonly ComparedFile[]): Promise<string[]> {
  const names = new Set(expected.map(({ name }) => name));
  return (await fileNames(copy)).filter((name) => !names.has(name));
}

async function fileNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, "/"))
    .sort();
}
