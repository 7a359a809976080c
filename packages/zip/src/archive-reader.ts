import { type FileHandle, type FileSystem, fileException, normalizePath, pathStats } from "@tvb-storage/core";
import { FileStructureException } from "@tvb-storage/errors";
import { fromRandomAccessReaderPromise, type ZipFile } from "yauzl";
import { type ArchiveEntry, archiveEntry } from "./archive-entry.js";
import { checkEndRecords } from "./end-records.js";
import { quoted } from "./entry-name.js";
import { LOCAL_HEADER_BYTES } from "./local-header.js";
import { PortReader } from "./port-reader.js";
import type { ZipLimits } from "./zip-options.js";

/** An archive that is open for reading, with its central directory in memory. */
export interface Archive {
  readonly path: string;
  readonly handle: FileHandle;
  /** In the order of the central directory. */
  readonly entries: readonly ArchiveEntry[];
}

/**
 * Opens an archive and reads its central directory.
 *
 * @throws FileStructureException no such file, no ZIP archive, or one that is
 * damaged, overlapping, or beyond the limit of entries.
 */
export async function openArchive(
  fs: FileSystem,
  path: string,
  limits: Required<ZipLimits>,
): Promise<Archive> {
  const full = normalizePath(path);
  try {
    const stats = await pathStats(fs, full, { followLinks: true });
    if (stats === undefined) throw new FileStructureException("no such file");
    if (stats.kind !== "file") throw new FileStructureException(`expected a file, found a ${stats.kind}`);
    const handle = await fs.promises.open(full, "r");
    try {
      return { path: full, handle, entries: await readEntries(handle, stats.size, limits) };
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

async function readEntries(
  handle: FileHandle,
  fileSize: number,
  limits: Required<ZipLimits>,
): Promise<ArchiveEntry[]> {
  const zip = await fromRandomAccessReaderPromise(new PortReader(handle, fileSize), fileSize, {
    autoClose: false,
    // Names are decoded and judged by us, since yauzl stops at the first bad one.
    decodeStrings: false,
  });
  if (zip.entryCount > limits.entries)
    throw new FileStructureException(
      `it has ${zip.entryCount} entries, more than the limit \`entries\` of ${limits.entries}`,
    );
  const start = cursor(zip);
  const entries: ArchiveEntry[] = [];
  try {
    for await (const entry of zip.eachEntry()) entries.push(archiveEntry(entry));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new FileStructureException(`entry ${entries.length + 1} of ${zip.entryCount}: ${message}`, {
      cause: error,
    });
  }
  const end = cursor(zip);
  await checkEndRecords(handle, fileSize, { start, end, commentLength: zip.comment.length });
  findEnds(entries, start);
  return entries;
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
    const least = entry.offset + LOCAL_HEADER_BYTES + entry.storedName.length + entry.compressedSize;
    if (least <= entry.end) continue;
    const other = next === undefined ? "the central directory" : `the entry ${quoted(next.name)}`;
    throw new FileStructureException(`the entry ${quoted(entry.name)} overlaps with ${other}`);
  }
}
