import { FileStructureException } from "@tvb-storage/errors";
import {
  checkPath,
  type FileHandle,
  type FileSystem,
  fileException,
  pathStats,
  quoted,
} from "@tvb-storage/files";
import { baseName, systemPath } from "@tvb-storage/files/internal";
import { ZipFile } from "yauzl";
import { type ArchiveEntry, archiveEntry } from "./archive-entry.js";
import { type DirectoryExtent, findArchive } from "./end-records.js";
import { LOCAL_HEADER_BYTES } from "./local-header.js";
import { PortReader } from "./port-reader.js";
import type { ZipLimits, ZipOptions } from "./zip-options.js";

/** An archive that is open for reading, with its central directory in memory. */
export interface Archive {
  readonly path: string;
  readonly handle: FileHandle;
  /** In the order of the central directory. */
  readonly entries: readonly ArchiveEntry[];
}

export interface Reading {
  readonly limits: Required<ZipLimits>;
  readonly backslashes: NonNullable<ZipOptions["backslashes"]>;
}

/**
 * Opens an archive and reads its central directory.
 *
 * @throws FileStructureException no such file, no ZIP archive, or one that is
 * damaged, overlapping, or beyond the limit of entries.
 */
export async function openArchive(fs: FileSystem, path: string, reading: Reading): Promise<Archive> {
  const full = checkPath(path, "the path of the archive");
  try {
    const stats = await pathStats(fs, full, { followLinks: true });
    if (stats === undefined) throw new FileStructureException("no such file");
    if (stats.kind !== "file") throw new FileStructureException(`expected a file, found a ${stats.kind}`);
    const handle = await fs.promises.open(systemPath(full), "r");
    try {
      return { path: full, handle, entries: await readEntries(handle, stats.size, unnamedIn(full), reading) };
    } catch (error) {
      await handle.close();
      throw error;
    }
  } catch (error) {
    const { message } = fileException(error, "");
    throw new FileStructureException(`cannot open the archive ${full}: ${message.replace(/^: /, "")}`, {
      cause: error,
    });
  }
}

/** The archive's name without its extension. */
function unnamedIn(path: string): string {
  return baseName(path).replace(/(?<=.)\.[^.]*$/, "");
}

async function readEntries(
  handle: FileHandle,
  fileSize: number,
  unnamed: string,
  { limits, backslashes }: Reading,
): Promise<ArchiveEntry[]> {
  const extent = await findArchive(handle, fileSize);
  const { start, end, base, entryCount } = extent;
  const tooMany = (count: number): FileStructureException =>
    new FileStructureException(
      `it has ${count} entries, more than the limit \`entries\` of ${limits.entries}`,
    );
  if (entryCount > limits.entries) throw tooMany(entryCount);
  // We read the end records, and decode and check names, since yauzl stops at the first bad one.
  const zip = new ZipFile(
    new PortReader(handle, end),
    start,
    end,
    Number.MAX_SAFE_INTEGER,
    "",
    false,
    true,
    false,
    true,
  );
  const entries: ArchiveEntry[] = [];
  try {
    if (start < end)
      for await (const entry of zip.eachEntry()) {
        entries.push(archiveEntry(entry, { base, unnamed, backslashes }));
        if (entries.length > limits.entries) throw tooMany(entries.length);
        if (cursor(zip) >= end) break;
      }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new FileStructureException(`entry ${entries.length + 1} of ${entryCount}: ${message}`, {
      cause: error,
    });
  }
  checkCount(extent, entries.length, start < end ? cursor(zip) : end);
  findEnds(entries, start);
  return entries;
}

/** @throws FileStructureException the directory is not the one that the end record describes. */
function checkCount(
  { start, end, entryCount, countWraps }: DirectoryExtent,
  found: number,
  foundEnd: number,
) {
  if (foundEnd !== end)
    throw new FileStructureException(
      `its central directory has ${foundEnd - start} bytes, its end record says ${end - start}`,
    );
  if (found === entryCount || (countWraps && found % 0x10000 === entryCount)) return;
  throw new FileStructureException(
    `its central directory has ${found} entries, its end record says ${entryCount}`,
  );
}

/** Where yauzl reads the next entry; its types say boolean. */
function cursor(zip: ZipFile): number {
  return Number(zip.readEntryCursor);
}

/** @throws FileStructureException two entries share bytes, or one reaches into the central directory. */
function findEnds(entries: readonly ArchiveEntry[], directoryStart: number): void {
  const byOffset = [...entries].sort((a, b) => a.offset - b.offset);
  for (const [index, entry] of byOffset.entries()) {
    const next = byOffset[index + 1];
    entry.end = next?.offset ?? directoryStart;
    const minEnd = entry.offset + LOCAL_HEADER_BYTES + entry.storedName.length + entry.compressedSize;
    if (minEnd <= entry.end) continue;
    const other = next === undefined ? "the central directory" : `the entry ${quoted(next.name)}`;
    throw new FileStructureException(`the entry ${quoted(entry.name)} overlaps with ${other}`);
  }
}
