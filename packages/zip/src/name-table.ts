import { FileStructureException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";
import { foldCase } from "@tvb-storage/files/internal";

/** A file is stored as its name, a folder with its entries by folded name. Kept small, since there may be very many. */
type Slot = string | Folder;

class Folder {
  readonly slots = new Map<string, Slot>();

  constructor(readonly name: string) {}
}

/** The files and folders of a tree. No two may have names that some disk takes for the same. */
export class NameTable {
  readonly #root = new Folder("");

  /**
   * Adds a file or folder, and the folders above it. A folder may be added
   * several times. Returns how many of the parts are folders that were in the
   * table before.
   *
   * @throws FileStructureException the name is taken.
   */
  add(parts: readonly string[], kind: "file" | "folder", what: string): number {
    let folder = this.#root;
    let known = 0;
    for (const [depth, name] of parts.entries()) {
      const folded = foldCase(name);
      // One string for both where possible.
      const key = folded === name ? name : folded;
      const isFile = kind === "file" && depth === parts.length - 1;
      const taken = folder.slots.get(key);
      if (taken instanceof Folder && taken.name === name && !isFile) {
        folder = taken;
        known += 1;
        continue;
      }
      if (taken !== undefined) {
        const path = parts.slice(0, depth);
        throw new FileStructureException(`${what} is refused: ${clash(taken, path, name, isFile)}`);
      }
      if (isFile) {
        folder.slots.set(key, name);
        return known;
      }
      const inner = new Folder(name);
      folder.slots.set(key, inner);
      folder = inner;
    }
    return known;
  }

  /** Removes a file, and folders that are empty then. */
  remove(parts: readonly string[]): void {
    const above: Folder[] = [this.#root];
    for (const name of parts.slice(0, -1)) {
      const slot = above.at(-1)?.slots.get(foldCase(name));
      if (!(slot instanceof Folder)) return;
      above.push(slot);
    }
    for (const [depth, folder] of [...above.entries()].reverse()) {
      folder.slots.delete(foldCase(parts[depth] ?? ""));
      if (folder.slots.size > 0) return;
    }
  }
}

function clash(taken: Slot, above: readonly string[], name: string, isFile: boolean): string {
  const path = (last: string) => quoted([...above, last].join("/"));
  const other = typeof taken === "string" ? taken : taken.name;
  if (other !== name)
    return `${path(other)} is there too, and differs only in case or accents, which many disks ignore`;
  if (typeof taken === "string" && isFile) return `there are two files called ${path(name)}`;
  return `${path(name)} would be a file and a folder`;
}
