import { joinPath } from "@tvb-storage/files/internal";
import type { Link } from "../groups/link-message.js";
import type { ObjectHeader } from "../headers/object-header.js";
import type { Hdf5Structure } from "./hdf5-structure.js";
import type { ObjectInfo } from "./object-info.js";

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
  /** Sorted by name; empty where it is no group, or one that is too deep. */
  readonly links: readonly WalkedLink[];
}

export interface WalkOptions {
  /** Default: the root group. */
  readonly start?: { readonly path: string; readonly address: number };
  /** Levels of groups whose links are followed; default all. */
  readonly depth?: number;
  /** Gets each object other than the start that cannot be read; by default that ends the walk. */
  readonly onUnreadable?: (path: string, error: unknown) => void;
}

/**
 * Every object once, groups before what is in them and nearer objects before farther ones, in an order that depends
 * on names and links only: two files with the same content give the same walk.
 */
export function* walkObjects(structure: Hdf5Structure, options: WalkOptions = {}): Generator<WalkedObject> {
  const {
    start = { path: "/", address: structure.root },
    depth = Number.POSITIVE_INFINITY,
    onUnreadable,
  } = options;
  const met = new Map([[start.address, { path: start.path, level: 0 }]]);
  const walkLink = (link: Link, group: string, level: number): WalkedLink => {
    const path = joinPath(group, link.name);
    if (link.kind !== "hard") return { path, link, target: undefined, isFirst: false };
    const known = met.get(link.address);
    if (known === undefined) met.set(link.address, { path, level: level + 1 });
    return { path, link, target: known?.path ?? path, isFirst: known === undefined };
  };
  // The iteration of a map includes what is added to it meanwhile.
  for (const [address, { path, level }] of met) {
    let walked: WalkedObject;
    try {
      const header = structure.header(address);
      const object = structure.object(address);
      const links = object.kind === "group" && level < depth ? structure.links(address) : [];
      walked = { path, header, object, links: links.map((link) => walkLink(link, path, level)) };
    } catch (error) {
      if (onUnreadable === undefined || address === start.address) throw error;
      onUnreadable(path, error);
      continue;
    }
    yield walked;
  }
}
