import type { NodeInfo } from "@tvb-storage/core/arrays";

/** More links than this one after the other lead in a circle. */
const MAX_LINKS = 16;

const ROOT: NodeInfo = { path: "/", kind: "group" };

/** The nodes of a file as a tree that is entered by any path: by further hard links, and by soft links inside of the file. */
export class NodeTree {
  readonly #nodes = new Map<string, NodeInfo>([["/", ROOT]]);
  /** Of further hard links, the path of the node that they are of. */
  readonly #others = new Map<string, string>();
  readonly #names = new Map<string, string[]>();

  constructor(nodes: readonly NodeInfo[]) {
    for (const node of nodes) {
      this.#nodes.set(node.path, node);
      this.#name(node.path);
      for (const path of node.otherPaths ?? []) {
        this.#others.set(path, node.path);
        this.#name(path);
      }
    }
  }

  #name(path: string): void {
    const at = path.lastIndexOf("/");
    const group = path.slice(0, at) || "/";
    const names = this.#names.get(group);
    if (names === undefined) this.#names.set(group, [path.slice(at + 1)]);
    else names.push(path.slice(at + 1));
  }

  /** What is at a path; a link is what it leads to, itself only where that is not in the file. Undefined where nothing is. */
  find(path: string): NodeInfo | undefined {
    let links = 0;
    let node: NodeInfo = ROOT;
    let parts = path.split("/").filter(Boolean);
    while (parts.length > 0) {
      const [name, ...rest] = parts;
      const next = this.#at(`${node.path === "/" ? "" : node.path}/${name}`);
      if (next === undefined) return undefined;
      if (next.kind !== "link") {
        node = next;
        parts = rest;
        continue;
      }
      const target = absolute(next.target ?? "", node.path);
      links++;
      if (links > MAX_LINKS || this.#at(`/${target[0]}`) === undefined)
        return rest.length === 0 ? next : undefined;
      node = ROOT;
      parts = [...target, ...rest];
    }
    return node;
  }

  /** Names of what is in a group, by its own path, sorted. */
  namesIn(group: string): readonly string[] {
    return [...(this.#names.get(group) ?? [])].sort();
  }

  #at(path: string): NodeInfo | undefined {
    return this.#nodes.get(this.#others.get(path) ?? path);
  }
}

/** The parts of a soft link's target, which is relative to the group of the link. */
function absolute(target: string, group: string): string[] {
  const parts = (target.startsWith("/") ? target : `${group}/${target}`).split("/");
  return parts.filter((part) => part !== "" && part !== ".");
}
