import { FileStructureException } from "@tvb-storage/errors";
import { checkPath, fileException } from "@tvb-storage/files";
import { errorMessage, parentOf, syncDirectory } from "@tvb-storage/files/internal";
import { moveReleased, type StorageContext } from "./storage-context.js";

/** Moves the files into an operation, all or none; `StorageInterface.moveDatatypeWithSync` says more. */
export async function moveWithSync(
  context: StorageContext,
  projectName: string,
  operationId: string | number,
  given: readonly string[],
): Promise<string[]> {
  const paths = given.map((path) => checkPath(path, "the path of the datatype"));
  const moved: { readonly from: string; readonly to: string }[] = [];
  try {
    for (const from of paths)
      moved.push({ from, to: await context.files.moveDatatype(projectName, operationId, from) });
    for (const folder of new Set(moved.flatMap(({ from, to }) => [parentOf(to), parentOf(from)])))
      await syncDirectory(context.fs, folder);
  } catch (error) {
    const failure = fileException(error, `cannot move ${paths.join(" and ")}`);
    for (const { from, to } of moved.reverse())
      await moveReleased(context, to, from).catch((again: unknown) => {
        throw new FileStructureException(
          `${failure.message}; ${to} could not be moved back: ${errorMessage(again)}`,
          {
            cause: failure,
          },
        );
      });
    throw failure;
  }
  return moved.map(({ to }) => to);
}
