import { FileStructureException } from "@tvb-storage/errors";
import type { FileView } from "../session/file-view.js";

/**
 * Creates the groups above `path` that are not there.
 *
 * @throws FileStructureException something above it is not a group.
 */
export function ensureParents(view: FileView, path: string): void {
  const parts = path.split("/").slice(1, -1);
  const missing: string[] = [];
  for (let depth = parts.length; depth > 0; depth--) {
    const group = `/${parts.slice(0, depth).join("/")}`;
    const found = view.find(group);
    if (found === undefined) {
      missing.unshift(group);
      continue;
    }
    if (found.object.kind !== "group") {
      throw new FileStructureException(
        `${view.label}: ${path} cannot be created: ${group} is a ${found.object.kind}, not a group`,
      );
    }
    break;
  }
  for (const group of missing) view.changing.createGroup(group);
}
