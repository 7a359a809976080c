import { type FileSystem, fileException, withFilesReleased } from "@tvb-storage/core";
import { FileStructureException } from "@tvb-storage/errors";
import { type RemovalFailure, removeTree } from "./remove-tree.js";

/**
 * Removes files and folders, each with everything that this process has open in
 * it flushed and closed before. Goes on after a failure.
 *
 * @throws FileStructureException lists what could not be removed, with an AggregateError of the reasons as cause;
 *   with `ignore`, that gets the list instead.
 */
export async function removePaths(
  fs: FileSystem,
  paths: readonly string[],
  ignore: ((message: string) => void) | undefined,
): Promise<void> {
  const failures: RemovalFailure[] = [];
  for (const path of paths) {
    try {
      failures.push(...(await withFilesReleased(fs, path, () => removeTree(fs, path))));
    } catch (error) {
      // What was open there could not be flushed: removing it now would lose data that its owner thinks stored.
      failures.push({ path, error: fileException(error, `cannot remove ${path}`) });
    }
  }
  if (failures.length === 0) return;
  const message = `could not remove ${failures.length} of the files: ${failures
    .map(({ error }) => error.message)
    .join("; ")}`;
  if (ignore !== undefined) return ignore(message);
  throw new FileStructureException(message, {
    cause: new AggregateError(failures.map(({ error }) => error)),
  });
}
