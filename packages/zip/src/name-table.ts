import { FileStructureException } from "@tvb-storage/errors";
import { quoted } from "./entry-name.js";

type Kind = "file" | "folder";

interface Place {
  readonly path: string;
  readonly kind: Kind;
}

/**
 * Equal for names that some disk takes for one: those that differ in case, as
 * on Windows and macOS, or in how accents are composed, as on macOS.
 */
export function fold(name: string): string {
  return name.normalize("NFC").toUpperCase().toLowerCase();
}

/** The files and folders of a tree, of which no two may take each other's place on any disk. */
export class NameTable {
  readonly #places = new Map<string, Place>();

  /**
   * Takes the place of a file or folder and of the folders above it. Returns
   * what `remove` needs to give them back. A folder may come several times.
   *
   * @throws FileStructureException the place is taken.
   */
  add(parts: readonly string[], kind: Kind, what: string): string[] {
    const added: string[] = [];
    let key = "";
    let path = "";
    for (const [index, part] of parts.entries()) {
      key += `/${fold(part)}`;
      path += index === 0 ? part : `/${part}`;
      const own: Kind = index === parts.length - 1 ? kind : "folder";
      const taken = this.#places.get(key);
      if (taken === undefined) {
        this.#places.set(key, { path, kind: own });
        added.push(key);
      } else if (taken.path !== path || taken.kind === "file" || own === "file") {
        this.remove(added);
        throw new FileStructureException(`${what} is refused: ${clash(taken, path, own)}`);
      }
    }
    return added;
  }

  remove(keys: readonly string[]): void {
    for (const key of keys) this.#places.delete(key);
  }
}

function clash(taken: Place, path: string, kind: Kind): string {
  if (taken.path !== path)
    return `${quoted(taken.path)} is there too, and differs only in case or accents, which many disks ignore`;
  if (taken.kind === "file" && kind === "file") return `there are two files called ${quoted(path)}`;
  return `${quoted(path)} would be a file and a folder`;
}
