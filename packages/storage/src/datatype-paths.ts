import { namedBackend } from "@tvb-storage/core/internal";
import { FileStructureException } from "@tvb-storage/errors";
import { checkPath, optionRules, pathStats } from "@tvb-storage/files";
import { checkArgument } from "@tvb-storage/files/internal";
import type { StorageContext } from "./storage-context.js";

/**
 * Paths of datatypes, each once, in their order.
 *
 * @throws FileStructureException no list of paths, or there is no such file, or no backend has its extension.
 */
export async function datatypePaths(
  context: StorageContext,
  files: readonly string[],
  what: string,
): Promise<string[]> {
  checkArgument(files, what, { ...optionRules.list, expected: "a list of paths of data files" });
  const paths = new Set(Array.from(files, (file) => checkPath(file, `a path of ${what}`)));
  for (const path of paths) {
    context.paths.checkInside(path);
    const found = await pathStats(context.fs, path, { followLinks: true });
    const backend = namedBackend(context.backends, path);
    if (backend === undefined)
      throw new FileStructureException(
        `cannot export ${path}: its name ends with the extension of no backend; registered: ${context.backends.names.join(", ")}`,
      );
    if (found?.kind !== backend.supports.storedAs)
      throw new FileStructureException(
        `cannot export ${path}: expected a ${backend.supports.storedAs}, found ${found === undefined ? "none" : `a ${found.kind}`}`,
      );
  }
  return [...paths];
}
