import { FileStorageException, FileStructureException, MissingDataSetException } from "@tvb-storage/errors";
import { MissingBytes, presentInstead } from "@tvb-storage/files/internal";
import type { Hdf5Structure } from "./hdf5-structure.js";
import type { DatasetInfo, ObjectInfo } from "./object-info.js";

/** An object of a file, by the path that was asked for. */
export interface FoundObject {
  readonly path: string;
  readonly object: ObjectInfo;
}

/**
 * The object at `path`, or undefined where there is none.
 *
 * @throws FileStorageException the path leaves the file.
 */
export function findObject(structure: Hdf5Structure, path: string): FoundObject | undefined {
  const found = structure.trace(path);
  if (found === undefined) return undefined;
  if (found.kind === "outside") {
    const { link } = found;
    const target = link.kind === "external" ? ` to ${link.path} in ${link.file}` : "";
    throw new FileStorageException(
      `${structure.file.name}: ${path} is ${link.kind === "external" ? "an external" : "a user-defined"} link${target}; content outside the file is not read`,
    );
  }
  return { path, object: structure.object(found.address) };
}

/** @throws MissingDataSetException there is no object at `path`. */
export function objectAt(structure: Hdf5Structure, path: string): FoundObject {
  const found = findObject(structure, path);
  if (found !== undefined) return found;
  throw new MissingDataSetException(
    `${structure.file.name} has no ${path}${presentObjects(structure, path)}`,
  );
}

/** For the message about an object that is missing: where its link leads, or what else is there. */
export function presentObjects(structure: Hdf5Structure, path: string): string {
  const end = path.lastIndexOf("/");
  const link = known(() => {
    const group = groupAt(structure, path.slice(0, end) || "/");
    return group === undefined ? undefined : structure.link(group, path.slice(end + 1));
  });
  if (link?.kind === "soft") return `: it is a soft link to ${link.path}, where nothing is`;
  return presentInstead(path, (name) =>
    known(() => {
      const group = groupAt(structure, name);
      return group === undefined ? undefined : structure.links(group).map((each) => each.name);
    }),
  );
}

function groupAt(structure: Hdf5Structure, path: string): number | undefined {
  const found = structure.trace(path);
  if (found?.kind !== "object" || structure.object(found.address).kind !== "group") return undefined;
  return found.address;
}

/** What cannot be read is not what the message is about. */
function known<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof MissingBytes) throw error;
    return undefined;
  }
}

/**
 * The dataset at a path.
 *
 * @throws MissingDataSetException nothing is there.
 * @throws FileStructureException it is a group or a datatype.
 */
export function datasetAt(structure: Hdf5Structure, path: string): DatasetInfo {
  const found = findObject(structure, path);
  const { name } = structure.file;
  if (found === undefined)
    throw new MissingDataSetException(`${name} has no dataset ${path}${presentObjects(structure, path)}`);
  if (found.object.kind === "dataset") return found.object;
  throw new FileStructureException(`${name}: ${path} is a ${found.object.kind}, not a dataset`);
}
