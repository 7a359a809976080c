import { FileStructureException } from "@tvb-storage/errors";
import { errorMessage } from "@tvb-storage/files/internal";
import type { ReadableStore } from "@tvb-storage/zarr-backend";
import type { PlacedBytes } from "../data/bytes-place.js";
import { archiveDirectory } from "./archive-directory.js";
import { type EntryFacts, refusals } from "./archive-entries.js";
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
  const entries = await directoryOf(archive);
  const refused = refusals(entries);
  const { hierarchies, files, unknown, archives, others } = sortFiles(
    entries.filter((entry) => !entry.isFolder && !refused.has(entry)),
  );
  // One for all hierarchies: it reads the directory once more, by the rules of its own.
  let opened: Promise<ReadableStore> | undefined;
  const store = () => {
    opened ??= import("@tvb-storage/zarr-backend").then(({ ZipStore }) => ZipStore.open(bytes, name));
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

async function directoryOf({ name, bytes }: OpenedArchive): Promise<EntryFacts[]> {
  try {
    return await archiveDirectory(bytes);
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
