import { FileStructureException } from "@tvb-storage/errors";
import { pathStats } from "@tvb-storage/files";
import { baseName, LongCall } from "@tvb-storage/files/internal";
import { TvbZip } from "@tvb-storage/zip";
import { hasJournal } from "./committed-copy.js";
import { copyDatatype, copyWithoutBurst, hasParentBurst } from "./datatype-copy.js";
import type { ExportOptions } from "./export-options.js";
import type { LinkedDatatypes, MissingReference, UnreadableFile } from "./linked-datatypes.js";
import { longOptionsOf } from "./long-options.js";
import type { StorageContext } from "./storage-context.js";
import { treeItems } from "./tree-items.js";
import { withArchive } from "./with-archive.js";

/** An export that was made, and what it lacks. */
export interface Exported {
  /** The path of its file. */
  readonly path: string;
  /** References of the exported files to datatypes that were not found, or were not to be exported along. */
  readonly missing: readonly MissingReference[];
  /** Exported files whose references are not known. */
  readonly unreadable: readonly UnreadableFile[];
}

/** A datatype in an archive. */
export interface ArchivePart {
  readonly path: string;
  /** The folder in the archive: empty, or ending with `/`. */
  readonly prefix: string;
  readonly withoutBurst: boolean;
}

/** @throws FileStructureException something is missing, and the option says that nothing may be. */
export function refuseIncomplete(
  what: string,
  { missing, unreadable }: Pick<LinkedDatatypes, "missing" | "unreadable">,
  incomplete: ExportOptions["incomplete"],
): void {
  if (incomplete !== "refuse" || missing.length + unreadable.length === 0) return;
  const lacks = [
    ...missing.map(({ gid, key, referredBy }) => `${key} ${gid} of ${referredBy}`),
    ...unreadable.map(({ path, reason }) => `the references of ${path} (${reason})`),
  ];
  const [first] = lacks;
  const more = lacks.length > 1 ? ` and ${lacks.length - 1} more` : "";
  throw new FileStructureException(
    `${what}: it would be incomplete, without ${first}${more}; pass { incomplete: "report" } to export what is there`,
  );
}

interface ArchiveJob {
  readonly context: StorageContext;
  readonly options: ExportOptions;
  readonly what: string;
  /** A folder whose content is at the root of the archive. */
  readonly folder?: { readonly path: string; readonly exclude: readonly string[] };
  readonly parts: readonly ArchivePart[];
}

/** Writes an archive at `path`. `work` is a folder for copies, of which there is one at a time. */
export async function writeArchive(job: ArchiveJob, path: string, work: string): Promise<void> {
  const { context, options, what, folder, parts } = job;
  const call = new LongCall(what, options);
  const sizes: number[] = [];
  for (const part of parts) sizes.push(await sizeOf(context, part.path));
  // Of what the archive was not given yet.
  let waiting = sizes.reduce((sum, size) => sum + size, 0);
  const { fs, logger } = context;
  const opened = await TvbZip.open(path, "w", {
    fs,
    ...(logger === undefined ? {} : { logger }),
    ...longOptionsOf(options),
    onProgress: (done, total) => {
      call.total = total + waiting;
      call.advanceTo(done);
    },
  });
  await withArchive(opened, async (zip) => {
    if (folder !== undefined) await zip.writeZipFolder(folder.path, [...folder.exclude]);
    for (const [at, part] of parts.entries()) {
      call.check();
      waiting -= sizes[at] ?? 0;
      await addPart(context, zip, part, work);
    }
  });
}

async function addPart(
  context: StorageContext,
  zip: TvbZip,
  { path, prefix, withoutBurst }: ArchivePart,
  work: string,
): Promise<void> {
  const name = prefix + baseName(path);
  const changed = withoutBurst && (await hasParentBurst(context, path));
  const isFolder = (await pathStats(context.fs, path, { followLinks: true }))?.kind === "folder";
  if (!changed && !isFolder && !(await hasJournal(context, path))) return zip.write(path, name);
  // A folder too: only of a copy can it be chosen where it is in the archive.
  await (changed ? copyWithoutBurst : copyDatatype)(context, path, `${work}/${name}`);
  if (isFolder) await zip.writeZipFolder(work);
  else await zip.write(`${work}/${name}`, name);
  await context.files.removeFiles([`${work}/${name.split("/")[0]}`]);
}

/** Bytes of a file, or of the files in a folder. */
async function sizeOf(context: StorageContext, path: string): Promise<number> {
  const found = await pathStats(context.fs, path, { followLinks: true });
  if (found?.kind !== "folder") return found?.size ?? 0;
  let bytes = 0;
  for await (const item of treeItems(context, path, () => false))
    bytes += (await pathStats(context.fs, item.path))?.size ?? 0;
  return bytes;
}
