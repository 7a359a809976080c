import { checkNewName, pathParts } from "@tvb-storage/core/internal";
import { FileStructureException } from "@tvb-storage/errors";
import type { H5Handle } from "../session/h5-handle.js";

/**
 * The groups above `path`, which is to be created, that are not there, from the outermost on.
 *
 * @throws FileStructureException something above it is not a group, or a new name is `..`.
 */
export function missingParents(handle: H5Handle, path: string): string[] {
  const parts = pathParts(path);
  checkNewName(parts.pop() ?? "");
  const missing: string[] = [];
  for (let depth = parts.length; depth > 0; depth--) {
    const group = `/${parts.slice(0, depth).join("/")}`;
    const found = handle.find(group);
    if (found === undefined) {
      checkNewName(parts[depth - 1] ?? "");
      missing.unshift(group);
      continue;
    }
    if (found.object.kind !== "group") {
      throw new FileStructureException(
        `${handle.label}: ${path} cannot be created: ${group} is a ${found.object.kind}, not a group`,
      );
    }
    break;
  }
  return missing;
}
