import { FileStructureException } from "@tvb-storage/errors";
import { errorMessage } from "@tvb-storage/files/internal";
import { chosenFiles, folderSource } from "./file-source.js";
import type { FoundFile } from "./folder-store.js";
import type { Source } from "./source.js";

/** Maximum files of one folder: the browser gives them one by one. */
const MAX_FILES = 200_000;

/**
 * What was dropped on the page: the files together, each folder by itself. To be called while the drop is handled: later
 * the browser does not give it any more.
 */
export function dropped(transfer: DataTransfer): Promise<Source>[] {
  const files: File[] = [];
  const folders: FileSystemDirectoryEntry[] = [];
  for (const item of transfer.items) {
    if (item.kind !== "file") continue;
    const entry = item.webkitGetAsEntry();
    const file = item.getAsFile();
    if (entry !== null && isFolder(entry)) folders.push(entry);
    else if (file !== null) files.push(file);
  }
  return [...chosenFiles(files), ...folders.map(droppedFolder)];
}

async function droppedFolder(folder: FileSystemDirectoryEntry): Promise<Source> {
  const found: FoundFile[] = [];
  const closed: { path: string; reason: string }[] = [];
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    let entries: readonly FileSystemEntry[] = [];
    try {
      entries = await entriesOf(next);
    } catch (error) {
      // One that the user may not read does not keep the others from being opened.
      closed.push({
        path: pathOf(next),
        reason: `the browser cannot read this folder: ${errorMessage(error)}`,
      });
    }
    for (const entry of entries) {
      if (isFolder(entry)) waiting.push(entry);
      else if (isFile(entry)) found.push({ path: pathOf(entry), file: () => fileOf(entry) });
    }
    if (found.length > MAX_FILES)
      throw new FileStructureException(
        `the folder ${folder.name} has more than ${MAX_FILES} files; open a folder in it, or show it by the command tvb-storage view`,
      );
  }
  return folderSource(folder.name, found, closed);
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function pathOf({ fullPath }: FileSystemEntry): string {
  return fullPath.replace(/^\//, "");
}

/** Chromium gives a hundred at a time, and none in the end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
