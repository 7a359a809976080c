import { posix } from "node:path";
import { baseName, isWithin, parentOf } from "@tvb-storage/files/internal";

/** A file; the same object at two paths is one file with two names (hard links). */
export interface ModelFile {
  readonly kind: "file";
  /** Its bytes, each as the character of that code. */
  readonly content: string;
  readonly mode: number;
  /** Milliseconds; undefined where it may be any. */
  mtime: number | undefined;
  /** Not older than this, where `mtime` is undefined: the file was written by a call. */
  readonly writtenAfter?: number;
}

interface ModelFolder {
  readonly kind: "folder";
  readonly mode: number;
  /** Milliseconds; undefined where it may be any, since an entry was added or removed. */
  mtime: number | undefined;
}

export interface ModelLink {
  readonly kind: "link";
  readonly target: string;
}

export type ModelNode = ModelFile | ModelFolder | ModelLink;

/** What comes of a call is open, so it is not made: disks refuse it, and memfs makes a folder of the link. */
export class Open extends Error {}

/** The number of links after which a path counts as a loop. */
const MAX_LINKS = 40;

/** An absolute path without `.`, `..`, doubled or trailing separators. */
export function plainPath(path: string): string {
  const plain = posix.normalize(path);
  return plain.length > 1 && plain.endsWith("/") ? plain.slice(0, -1) : plain;
}

/** What is beneath a folder, as a Map of absolute paths. */
export class ModelTree {
  readonly #nodes: Map<string, ModelNode>;

  /** `top` is the folder that all of it is in; no link is in its own path. */
  constructor(
    readonly top: string,
    nodes: Iterable<readonly [string, ModelNode]> = [[top, { kind: "folder", mode: 0, mtime: undefined }]],
  ) {
    this.#nodes = new Map(nodes);
  }

  clone(): ModelTree {
    const copies = new Map<ModelNode, ModelNode>();
    const copyOf = (node: ModelNode): ModelNode => {
      const copy = copies.get(node) ?? { ...node };
      copies.set(node, copy);
      return copy;
    };
    return new ModelTree(
      this.top,
      [...this.#nodes].map(([path, node]) => [path, copyOf(node)] as const),
    );
  }

  /** All nodes but the top. */
  entries(): [path: string, node: ModelNode][] {
    return [...this.#nodes].filter(([path]) => path !== this.top);
  }

  /** The path without links, as far as it exists; the last part is followed too unless `last` is "kept". */
  real(path: string, last: "followed" | "kept" = "followed"): string {
    let links = 0;
    const walk = (whole: string, keepLast: boolean): string => {
      let at = "";
      const parts = plainPath(whole).split("/").slice(1);
      for (const [index, part] of parts.entries()) {
        const next = `${at}/${part}`;
        const node = this.#nodes.get(next);
        const isLast = index === parts.length - 1;
        if (node?.kind !== "link" || (isLast && keepLast)) {
          at = next;
          continue;
        }
        links += 1;
        if (links > MAX_LINKS) return next;
        const target = node.target.startsWith("/") ? node.target : `${at}/${node.target}`;
        at = walk(target, false);
      }
      return at === "" ? "/" : at;
    };
    return walk(path, last === "kept");
  }

  /** What is at a path, links followed. */
  at(path: string): Exclude<ModelNode, ModelLink> | undefined {
    const node = this.#nodes.get(this.real(path));
    return node?.kind === "link" ? undefined : node;
  }

  /** What is at a path itself, be it a link. */
  entry(path: string): ModelNode | undefined {
    return this.#nodes.get(this.real(path, "kept"));
  }

  /** Whether a part of the path is a link that leads to nothing. */
  #broken(path: string): boolean {
    const parts = plainPath(path).split("/").slice(1);
    return parts.some((_, index) => {
      const part = `/${parts.slice(0, index + 1).join("/")}`;
      return this.entry(part)?.kind === "link" && this.at(part) === undefined;
    });
  }

  /** Sets what a path is; its folder exists. */
  put(path: string, node: ModelNode): void {
    const real = this.real(path, "kept");
    this.#nodes.set(real, node);
    this.touch(parentOf(real));
  }

  /**
   * Makes a folder with its parents; false where something else is in the way.
   *
   * @throws Open a link to nothing is in the way.
   */
  makeFolders(path: string, mode: number): boolean {
    if (this.#broken(path)) throw new Open();
    const real = this.real(path);
    const missing: string[] = [];
    for (let at = real; isWithin(this.top, at); at = parentOf(at)) {
      const node = this.#nodes.get(at);
      if (node?.kind === "file") return false;
      if (node !== undefined) break;
      missing.unshift(at);
    }
    for (const at of missing) this.put(at, { kind: "folder", mode, mtime: undefined });
    return true;
  }

  has(path: string): boolean {
    return this.#nodes.has(path);
  }

  /** Sets a node whose folder keeps its time. */
  settle(path: string, node: ModelNode): void {
    this.#nodes.set(path, node);
  }

  /** Removes what is at a path itself, with all beneath. */
  remove(path: string): void {
    const real = this.real(path, "kept");
    for (const at of [...this.#nodes.keys()]) if (isWithin(real, at)) this.#nodes.delete(at);
    this.touch(parentOf(real));
  }

  /** Moves what is at a path itself, with all beneath, to a path where nothing is. */
  move(from: string, to: string): void {
    const [old, moved] = [this.real(from, "kept"), this.real(to, "kept")];
    for (const [at, node] of [...this.#nodes]) {
      if (!isWithin(old, at)) continue;
      this.#nodes.delete(at);
      this.#nodes.set(moved + at.slice(old.length), node);
    }
    for (const folder of [parentOf(old), parentOf(moved)]) this.touch(folder);
  }

  /** A folder's time may have changed. */
  touch(folder: string): void {
    const node = this.at(folder);
    if (node?.kind === "folder") node.mtime = undefined;
  }

  /** Everything beneath a folder, links not followed: paths that are not links themselves. */
  below(folder: string): [path: string, node: ModelNode][] {
    const real = this.real(folder);
    return this.entries().filter(([path]) => path !== real && isWithin(real, path));
  }

  /** Files beneath a folder, with their names. */
  files(folder: string): { path: string; name: string; file: ModelFile }[] {
    return this.below(folder).flatMap(([path, node]) =>
      node.kind === "file" ? [{ path, name: baseName(path), file: node }] : [],
    );
  }
}
