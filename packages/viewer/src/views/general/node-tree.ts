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
    return this.#find(path.split("/").filter(Boolean), MAX_LINKS);
  }

  #find(parts: readonly string[], links: number): NodeInfo | undefined {
    let node: NodeInfo = ROOT;
    for (const [at, name] of parts.entries()) {
      const next = this.#at(`${node.path === "/" ? "" : node.path}/${name}`);
      if (next?.kind !== "link") {
        if (next === undefined) return undefined;
        node = next;
        continue;
      }
      const target = links === 0 ? undefined : this.#find(absolute(next.target ?? "", node.path), links - 1);
      // What is behind a link that leads to nothing is nothing, too.
      if (target === undefined || target.kind === "link") return at === parts.length - 1 ? next : undefined;
      node = target;
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
