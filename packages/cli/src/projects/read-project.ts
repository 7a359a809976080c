import type { BackendRegistry } from "@tvb-storage/core";
import { namedBackend } from "@tvb-storage/core/internal";
import {
  defaultFileSystem,
  type FolderEntry,
  fileException,
  folderEntries,
  type Progress,
  pathStats,
  throwIfAborted,
  type XmlMetadata,
} from "@tvb-storage/files";
import { compareNames, errorMessage } from "@tvb-storage/files/internal";
import { XMLReader } from "@tvb-storage/xml-meta";
import { bytesBeneath } from "../trees/walk-files.js";
import { type DataFile, describeDataFile } from "./data-file.js";

/** A folder in a project that has data files, or is named by a number, as operations are. */
interface Operation {
  readonly name: string;
  readonly files: readonly DataFile[];
}

export interface Project {
  /** Of its folder. */
  readonly name: string;
  /** What is in Project.xml; empty where that cannot be read, because of `reason`. */
  readonly metadata: XmlMetadata;
  readonly reason?: string;
  readonly operations: readonly Operation[];
}

export const PROJECT_FILE = "Project.xml";

/** A data file that a listing found, and has not opened. */
export interface FoundDataFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** Symbolic links are not followed: they lead anywhere. */
  readonly isLink: boolean;
}

interface FoundOperation {
  readonly name: string;
  readonly files: readonly FoundDataFile[];
}

/** Operations are numbered; datatypes of other projects are in a folder with a name. */
export function isOperationName(name: string): boolean {
  return /^\d+$/.test(name);
}

/** The operations of a project with their data files, by name and size. */
export async function findOperations(backends: BackendRegistry, project: string): Promise<FoundOperation[]> {
  const operations: FoundOperation[] = [];
  for (const { name, kind } of await entriesOf(project)) {
    if (kind !== "folder" || namedBackend(backends, name)?.supports.storedAs === "folder") continue;
    const files = await findDataFiles(backends, `${project}/${name}`);
    if (files.length > 0 || isOperationName(name)) operations.push({ name, files });
  }
  return operations;
}

/** The data files directly in a folder. */
export async function findDataFiles(backends: BackendRegistry, folder: string): Promise<FoundDataFile[]> {
  const files: FoundDataFile[] = [];
  for (const { name, kind } of await entriesOf(folder)) {
    if (namedBackend(backends, name) === undefined || name.startsWith(".")) continue;
    const path = `${folder}/${name}`;
    const stats = await pathStats(defaultFileSystem(), path).catch((error: unknown) => {
      throw fileException(error, `cannot read ${path}`);
    });
    const bytes = stats?.kind === "folder" ? await bytesBeneath(path) : (stats?.size ?? 0);
    files.push({ name, path, bytes, isLink: kind === "link" });
  }
  return files;
}

/** Opens each data file of a project for what it says of itself. `onProgress` gets bytes of files. */
export async function readProject(
  backends: BackendRegistry,
  path: string,
  { signal, onProgress }: { signal: AbortSignal; onProgress: Progress },
): Promise<Project> {
  const found = await findOperations(backends, path);
  const all = found.flatMap(({ files }) => files);
  const total = all.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  const operations: Operation[] = [];
  for (const { name, files } of found) {
    const described: DataFile[] = [];
    for (const file of files) {
      throwIfAborted(signal, `listing ${path}`);
      described.push(await describeFound(backends, file));
      done += file.bytes;
      onProgress(done, total);
    }
    operations.push({ name, files: described });
  }
  return { name: nameOf(path), ...(await projectMetadata(path)), operations };
}

export async function describeFound(backends: BackendRegistry, file: FoundDataFile): Promise<DataFile> {
  const { name, path, bytes, isLink } = file;
  return isLink
    ? { name, bytes, reason: "a symbolic link, which is not followed" }
    : describeDataFile(backends, path, name, bytes);
}

export async function projectMetadata(path: string): Promise<Pick<Project, "metadata" | "reason">> {
  const file = `${path}/${PROJECT_FILE}`;
  try {
    return { metadata: await new XMLReader(file).readMetadataFromXml() };
  } catch (error) {
    return { metadata: {}, reason: errorMessage(error) };
  }
}

/** The entries of a folder in natural order. */
export async function entriesOf(path: string): Promise<FolderEntry[]> {
  try {
    const entries = await folderEntries(defaultFileSystem(), path);
    return entries.sort((a, b) => compareNames(a.name, b.name));
  } catch (error) {
    throw fileException(error, `cannot read the folder ${path}`);
  }
}

function nameOf(path: string): string {
  return path.replace(/\/+$/, "").split("/").at(-1) ?? path;
}
