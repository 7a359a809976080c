import { FileStructureException } from "@tvb-storage/errors";
import { blobFile } from "@tvb-storage/files";
import { placedBlob } from "../data/bytes-place.js";
import { blobSourceFile } from "./blob-source-file.js";
import { zarrSourceFile } from "./data-source-file.js";
import { hasHdf5Signature, kindByName } from "./file-kind.js";
import { type FoundFile, folderStore } from "./folder-store.js";
import { sortFiles } from "./sort-files.js";
import type { Source } from "./source.js";

let opened = 0;

/** Maximum files of a folder whose names do not tell what they are, and that are looked at. */
const MAX_LOOKED_AT = 500;

function newId(kind: string): string {
  opened += 1;
  return `${kind}-${opened}`;
}

/** An archive whose reader is loaded now. */
async function archive(file: File): Promise<Source> {
  const { archiveSource } = await import("./archive-source.js");
  return archiveSource({ id: newId("archive"), name: file.name, bytes: placedBlob(file) });
}

/** Files that were chosen one by one, each of which is shown, whatever it is; ZIP archives are opened. */
export function chosenFiles(files: readonly File[]): Promise<Source>[] {
  const archives = files.filter(({ name }) => kindByName(name) === "archive");
  const others = files.filter((file) => !archives.includes(file));
  const sources = archives.map(archive);
  if (others.length > 0) {
    const id = newId("files");
    const [first] = others;
    const name = others.length === 1 && first !== undefined ? first.name : `${others.length} files`;
    const shown = others.map((file) => blobSourceFile(id, file.name, file));
    sources.unshift(Promise.resolve({ id, kind: "files", name, files: shown, problems: [] }));
  }
  return sources;
}

/**
 * The data of a folder, and the documents that tell of them.
 *
 * @param closed What of the folder could not be looked into.
 * @throws FileStructureException there is nothing in it that could be shown.
 */
export async function folderSource(
  name: string,
  found: readonly FoundFile[],
  closed: Source["problems"] = [],
): Promise<Source> {
  const id = newId("folder");
  const { hierarchies, files, unknown, archives, others } = sortFiles(found);
  const opening = await Promise.allSettled(files.map(({ file }) => file()));
  const problems = [...closed];
  const shown = [...hierarchies].map(([path, entries]) =>
    zarrSourceFile(id, { path: path === "" ? name : path }, async () => folderStore(path, entries)),
  );
  files.forEach(({ path }, i) => {
    const opened = opening[i];
    if (opened?.status === "fulfilled") shown.push(blobSourceFile(id, path, opened.value));
    else problems.push({ path, reason: `the browser cannot read it: ${opened?.reason}` });
  });
  const leftOut = [...others, ...unknown.slice(MAX_LOOKED_AT)].map(({ path }) => path);
  for (const { path, file } of unknown.slice(0, MAX_LOOKED_AT)) {
    const opened = await file().catch(() => undefined);
    if (opened !== undefined && (await isHdf5(opened))) shown.push(blobSourceFile(id, path, opened));
    else leftOut.push(path);
  }
  if (shown.length + problems.length + archives.length === 0)
    throw new FileStructureException(
      `the folder ${name} has no data: HDF5 files, Zarr hierarchies or documents of a project were looked for among its ${found.length} files`,
    );
  shown.sort((left, right) => (left.path < right.path ? -1 : 1));
  const inner = archives.map(({ path, file }) => ({ path, open: async () => archive(await file()) }));
  return { id, kind: "folder", name, files: shown, problems, archives: inner, leftOut };
}

async function isHdf5(file: File): Promise<boolean> {
  try {
    return await hasHdf5Signature(blobFile(file));
  } catch {
    return false; // it cannot be read, so nobody knows
  }
}

/** The files of a folder dialog (`webkitdirectory`). */
export function pickedFolder(files: readonly File[]): Promise<Source> {
  const found = files.map((file) => ({ path: file.webkitRelativePath || file.name, file: async () => file }));
  return folderSource(found[0]?.path.split("/")[0] ?? "the folder", found);
}
