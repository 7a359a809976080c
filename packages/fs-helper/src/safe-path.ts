import { FileStructureException } from "@tvb-storage/errors";
import { type FileSystem, resolvePath } from "@tvb-storage/files";
import { isWithin } from "@tvb-storage/files/internal";

/**
 * Refuses a path in the storage root that leads out of it by a symbolic link.
 * Paths outside the storage root are the caller's own.
 *
 * @throws FileStructureException names the path and where it leads.
 */
export function checkStaysInside(fs: FileSystem, storageRoot: string, path: string): void {
  if (isWithin(storageRoot, path)) refuseLeavingLink(fs, storageRoot, path, resolvePath(fs, path));
}

/** As `checkStaysInside`, where the real path is known. */
export function refuseLeavingLink(fs: FileSystem, storageRoot: string, path: string, real: string): void {
  if (!isWithin(storageRoot, path)) return;
  // The storage root may itself be reached through a link.
  if (isWithin(resolvePath(fs, storageRoot), real)) return;
  throw new FileStructureException(
    `${path} is a symbolic link, or beneath one, that leads out of the storage root ${storageRoot} to ${real}; ` +
      "such links are not followed",
  );
}
