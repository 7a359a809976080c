import { FileStructureException } from "@tvb-storage/errors";
import { fileException, type LongOptions, pathStats, withFilesReleased } from "@tvb-storage/files";
import { baseName, copyTree, parentOf } from "@tvb-storage/files/internal";
import { copyCommitted } from "./committed-copy.js";
import { rootMetadata } from "./references.js";
import type { StorageContext } from "./storage-context.js";
import { syncFile } from "./sync-file.js";

/** The attribute that an exported datatype does not have: the simulation that it came from is not exported with it. */
const PARENT_BURST = "parent_burst";

const OWNER_WRITES = 0o200;

/** Whether the exported file differs from the file itself. Throws as `getMetadata` does. */
export async function hasParentBurst(context: StorageContext, path: string): Promise<boolean> {
  return Object.hasOwn(await rootMetadata(context, path), PARENT_BURST);
}

/**
 * Copies a datatype, which is a file, or a folder where its backend stores folders, to a path where nothing is.
 *
 * @throws FileStructureException it is missing, or a link.
 */
export async function copyDatatype(
  context: StorageContext,
  from: string,
  to: string,
  options: LongOptions = {},
): Promise<void> {
  const { files, fs, paths } = context;
  const found = await pathStats(fs, from, { followLinks: true });
  if (found?.kind !== "folder") return copyCommitted(context, from, to, options);
  if (await pathStats(fs, to))
    throw new FileStructureException(`cannot copy ${from} to ${to}: something is there already`);
  await files.checkCreated(parentOf(to));
  paths.checkInside(from);
  const [source, target] = [await paths.hold(parentOf(from)), await paths.hold(parentOf(to))];
  try {
    await withFilesReleased(fs, [from, to], () =>
      copyTree(fs, { folder: source, name: baseName(from) }, { folder: target, name: baseName(to) }),
    );
  } finally {
    await source.close();
    await target.close();
  }
}

/** As `copyDatatype`, and the copy has no `parent_burst`. */
export async function copyWithoutBurst(
  context: StorageContext,
  from: string,
  to: string,
  options: LongOptions = {},
): Promise<void> {
  const { fs } = context;
  await copyDatatype(context, from, to, options);
  try {
    const stats = await pathStats(fs, to);
    const locked = stats?.kind === "file" && (stats.mode & OWNER_WRITES) === 0 ? stats.mode : undefined;
    // A source that nobody may write has such a copy.
    if (locked !== undefined) await fs.promises.chmod(to, locked | OWNER_WRITES);
    const manager = context.manager(to);
    for (const tvbSpecificMetadata of [true, false])
      await manager.removeMetadata(PARENT_BURST, "", { checkExistence: true, tvbSpecificMetadata });
    await manager.closeFile();
    // As all that is published: on the medium before it gets its name.
    if (stats?.kind === "file") await syncFile(fs, to);
    if (locked !== undefined) await fs.promises.chmod(to, locked);
  } catch (error) {
    throw fileException(error, `cannot remove ${PARENT_BURST} from ${to}, the copy of ${from}`);
  }
}
