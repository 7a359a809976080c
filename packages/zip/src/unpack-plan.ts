import { FileStructureException } from "@tvb-storage/errors";
import type { ArchiveEntry } from "./archive-entry.js";
import type { Archive } from "./archive-reader.js";
import { checkReadable, entryLabel } from "./entry-content.js";
import { entryPath, isFinderLitter } from "./entry-name.js";
import { NameTable } from "./name-table.js";
import type { ZipLimits } from "./zip-options.js";

export interface PlannedFile {
  readonly entry: ArchiveEntry;
  /** Relative to the target folder. */
  readonly path: string;
}

/** What unpacking will create, known before anything is written. */
export interface UnpackPlan {
  /** In the order of the archive. */
  readonly files: readonly PlannedFile[];
  /** Relative paths, each after the folder that it is in. */
  readonly folders: readonly string[];
  /** Bytes of all files. */
  readonly totalBytes: number;
}

/** Maximum folders above one name. So many folders are allowed in addition to the limit of entries. */
const MAX_FOLDERS_ABOVE = 2048;

function checkKind(entry: ArchiveEntry, label: string): void {
  if (entry.kind === "link") throw new FileStructureException(`${label} is refused: it is a symbolic link`);
  if (entry.kind === "special")
    throw new FileStructureException(
      `${label} is refused: by its mode it is not the file or folder that its name says`,
    );
}

function backslash(label: string): FileStructureException {
  return new FileStructureException(
    `${label} is refused: its name has a backslash, and the archive was made by a tool of DOS or Windows; ` +
      'to have backslashes separate folders, open it with { backslashes: "separator" }',
  );
}

/** @throws FileStructureException an entry grows by more than the limit. */
export function checkRatio(entry: ArchiveEntry, label: string, ratio: number): void {
  if (entry.size <= ratio * entry.compressedSize) return;
  throw new FileStructureException(
    `${label} is refused: ${entry.compressedSize} bytes would unpack to ${entry.size}, more than the limit \`ratio\` of ${ratio}`,
  );
}

/**
 * Checks every entry of an archive.
 *
 * @throws FileStructureException an entry that must not be unpacked, or a limit that is exceeded.
 */
export function planUnpacking(archive: Archive, limits: Required<ZipLimits>): UnpackPlan {
  const names = new NameTable();
  const folders: string[] = [];
  const files: PlannedFile[] = [];
  let totalBytes = 0;
  for (const entry of archive.entries) {
    const label = entryLabel(archive, entry);
    if (entry.isDos && entry.name.includes("\\")) throw backslash(label);
    const parts = entryPath(entry.name, label);
    checkKind(entry, label);
    if (isFinderLitter(parts)) continue;
    // Data of a folder's entry are not read.
    if (entry.kind === "file") {
      checkReadable(archive, entry);
      checkRatio(entry, label, limits.ratio);
      totalBytes += entry.size;
    }
    if (totalBytes > limits.totalBytes)
      throw new FileStructureException(
        `${label} is refused: with it the archive would unpack to ${totalBytes} bytes or more, beyond the limit \`totalBytes\` of ${limits.totalBytes}`,
      );
    if (entry.kind === "file" && parts.length === 0)
      throw new FileStructureException(`${label} is refused: its name is that of a folder`);
    const kind = entry.kind === "folder" ? "folder" : "file";
    let known = names.add(parts, kind, label);
    const path = parts.join("/");
    // Slices of one string share its memory; joined parts would take memory of the square of its length. Only new ones
    // are looked up, since a lookup takes time proportional to the path's length.
    for (let cut = path.indexOf("/"); cut >= 0; cut = path.indexOf("/", cut + 1), known -= 1)
      if (known <= 0) folders.push(path.slice(0, cut));
    if (kind === "folder" && path !== "" && known <= 0) folders.push(path);
    if (folders.length > limits.entries + MAX_FOLDERS_ABOVE)
      throw new FileStructureException(
        `${label} is refused: with it the archive would make ${folders.length} folders, which is beyond the limit \`entries\` of ${limits.entries}`,
      );
    if (kind === "file") files.push({ entry, path });
  }
  return { files, folders, totalBytes };
}
