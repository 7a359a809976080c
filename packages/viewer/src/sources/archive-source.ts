import { FileStructureException } from "@tvb-storage/errors";
import { errorMessage } from "@tvb-storage/files/internal";
import type { ReadableStore } from "@tvb-storage/zarr-backend";
import type { PlacedBytes } from "../data/bytes-place.js";
import { archiveDirectory } from "./archive-directory.js";
import { type EntryFacts, latestEntries, refusals } from "./archive-entries.js";
import { bytesSourceFile, zarrSourceFile } from "./data-source-file.js";
import { entryBytes } from "./entry-bytes.js";
import { kindByName } from "./file-kind.js";
import { storeBeneath } from "./folder-store.js";
import { countedBytes } from "./read-count.js";
import { sortFiles } from "./sort-files.js";
import type { Source, SourceFile } from "./source.js";

/** An archive whose bytes are read as they are needed. */
export interface OpenedArchive {
  readonly id: string;
  /** `project.zip` */
  readonly name: string;
  readonly bytes: PlacedBytes;
  readonly address?: string;
}

/**
 * The files of a ZIP archive, such as the export of a project, or the Zarr hierarchy that it is. Now its directory is read;
 * an entry is inflated when it is opened, and one that is stored as it is is read where it is.
 *
 * @throws FileStructureException no ZIP archive, or a damaged one.
 */
export async function archiveSource(archive: OpenedArchive): Promise<Source> {
  const { id, name, bytes, address } = archive;
  const { entries, refused } = await directoryOf(archive);
  const { hierarchies, files, unknown, archives, others } = sortFiles(
    entries.filter((entry) => !entry.isFolder && !refused.has(entry)),
  );
  // One for all hierarchies: it reads the directory once more, by the rules of its own.
  let opened: Promise<ReadableStore> | undefined;
  const store = () => {
    opened ??= storeOf(archive, entries, refused);
    return opened;
  };
  const found: SourceFile[] = [...hierarchies.keys()].map((path) =>
    zarrSourceFile(id, { path: path === "" ? name : path }, async () =>
      path === "" ? store() : storeBeneath(await store(), `${path}/`),
    ),
  );
  found.push(...files.map((entry) => entryFile(id, entry, bytes)));
  return {
    id,
    kind: "archive",
    name,
    ...(address === undefined ? {} : { address }),
    files: found.sort((left, right) => (left.path < right.path ? -1 : 1)),
    problems: [
      ...[...refused].map(([entry, reason]) => ({ path: entry.path, reason })),
      ...archives.map(({ path }) => ({
        path,
        reason: "it is an archive in an archive; unpack it and open it by itself",
      })),
    ],
    leftOut: [...others, ...unknown].map(({ path }) => path),
  };
}

/**
 * An archive as a Zarr hierarchy, whatever is in it, by the same rules.
 *
 * @throws FileStructureException no ZIP archive, or a damaged one.
 */
export async function archivedHierarchy(archive: OpenedArchive): Promise<ReadableStore> {
  const { entries, refused } = await directoryOf(archive);
  return storeOf(archive, entries, refused);
}

/** Reads those entries only that are in `entries` and not refused: what it finds in the directory may be others. */
async function storeOf(
  { name, bytes }: OpenedArchive,
  entries: readonly EntryFacts[],
  refused: ReadonlyMap<EntryFacts, string>,
): Promise<ReadableStore> {
  const { ZipStore } = await import("@tvb-storage/zarr-backend");
  const byPlace = new Map(entries.map((entry) => [entry.offset, entry]));
  return ZipStore.open(bytes, name, {
    refusal({ headerAt }) {
      const entry = byPlace.get(headerAt);
      return entry === undefined ? "its place in the archive is not clear" : refused.get(entry);
    },
  });
}

async function directoryOf({ name, bytes }: OpenedArchive): Promise<{
  readonly entries: readonly EntryFacts[];
  readonly refused: ReadonlyMap<EntryFacts, string>;
}> {
  try {
    const entries = latestEntries(await archiveDirectory(bytes));
    return { entries, refused: refusals(entries) };
  } catch (error) {
    throw new FileStructureException(`${name} is no ZIP archive that can be read: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}

function entryFile(sourceId: string, entry: EntryFacts, archive: PlacedBytes): SourceFile {
  const { path, bytes, modified } = entry;
  const isDocument = kindByName(path) === "document";
  const description = { path, size: bytes, modified, ...(isDocument ? { isDocument } : {}) };
  return bytesSourceFile(sourceId, description, (reads) => entryBytes(entry, countedBytes(archive, reads)));
}
