import type { Link } from "../groups/link-message.js";
import type { ObjectHeader } from "../headers/object-header.js";
import type { Hdf5Structure } from "./hdf5-structure.js";
import { describeObject, type ObjectInfo } from "./object-info.js";

/** A link of a group; of a hard one, the path under which its object is met in the walk. */
export interface WalkedLink {
  readonly path: string;
  readonly link: Link;
  readonly target: string | undefined;
  /** The object is met here for the first time: `target` is `path`. */
  readonly isFirst: boolean;
}

export interface WalkedObject {
  /** The first path in the order of the walk. */
  readonly path: string;
  readonly header: ObjectHeader;
  readonly object: ObjectInfo;
  /** Sorted by name; empty where it is no group. */
  readonly links: readonly WalkedLink[];
}

/**
 * Every object once, groups before what is in them, in an order that depends
 * on names and links only: two files with the same content give the same walk.
 */
export function* walkObjects(structure: Hdf5Structure): Generator<WalkedObject> {
  const paths = new Map([[structure.root, "/"]]);
  // A map goes on with what is added to it meanwhile.
  for (const [address, path] of paths) {
    const header = structure.header(address);
    const object = describeObject(structure.file, header);
    const prefix = path === "/" ? "" : path;
    const links =
      object.kind !== "group"
        ? []
        : structure.links(address).map((link) => {
            const linkPath = `${prefix}/${link.name}`;
            if (link.kind !== "hard") return { path: linkPath, link, target: undefined, isFirst: false };
            const known = paths.get(link.address);
            if (known === undefined) paths.set(link.address, linkPath);
            return { path: linkPath, link, target: known ?? linkPath, isFirst: known === undefined };
          });
    yield { path, header, object, links };
  }
}
