import { DOCUMENTS, type ZarrNode } from "../hierarchy/hierarchy.js";
import type { RootDocument } from "../hierarchy/root-document.js";
import { kindOfChunk } from "../hierarchy/strays.js";
import { isReadable } from "../metadata/parse-layout.js";
import type { ListedObject } from "../stores/object-store.js";

/** What a writer that was killed, or was late, has left. */
export interface Leftover extends ListedObject {
  /**
   * `staged`: a chunk that was to replace another one, which no commit names; `chunk`: one beyond the shape of its array,
   * or of an array that is not there; `temporary`: a file that was to be renamed.
   */
  readonly kind: "staged" | "chunk" | "temporary";
}

export interface FoundLeftovers {
  readonly leftovers: readonly Leftover[];
  /** Keys that are no part of the hierarchy, and may be of another program. */
  readonly unknown: readonly string[];
}

/** What of all keys of a hierarchy its last commit does not have. */
export function findLeftovers(
  root: Pick<RootDocument, "format" | "nodes">,
  listed: readonly ListedObject[],
): FoundLeftovers {
  const places = new Places(root, listed);
  const leftovers: Leftover[] = [];
  const unknown: string[] = [];
  for (const object of listed) {
    const kind = places.kindOf(object.key);
    if (kind === "unknown") unknown.push(object.key);
    else if (kind !== "part") leftovers.push({ ...object, kind });
  }
  return { leftovers, unknown };
}

type Kind = Leftover["kind"] | "part" | "unknown";

const STAGED = /^\.tvb\/[0-9a-f]{8}-[0-9a-f-]{27}\//;
/** A temporary file as `replaceFile` names it, and what it was to be. */
const TEMPORARY = /^((?:.*\/)?)\.([^/]+)\.[0-9a-f]{8}-[0-9a-f]{4}\.tmp$/;
/**
 * Keys that are chunks though there is no array, with what they begin with. What is `c` or a number alone may as well be
 * another program's.
 */
const ORPHAN: Readonly<Record<2 | 3, RegExp>> = {
  2: /^((?:[^/]+\/)+)\d+(?:\.\d+)+$/,
  3: /^((?:[^/]+\/)+?)c(?:\/\d+)+$/,
};
const NAMES = new Set([...DOCUMENTS[2], ...DOCUMENTS[3]]);

class Places {
  readonly #staged: ReadonlySet<string>;
  /** Where a document is, though the hierarchy has no node: another program's, until it consolidates the metadata. */
  readonly #foreign = new Set<string>();

  constructor(
    private readonly root: Pick<RootDocument, "format" | "nodes">,
    listed: readonly ListedObject[],
  ) {
    this.#staged = new Set([...root.nodes.values()].flatMap(({ record }) => record?.staged ?? []));
    for (const { key } of listed) {
      const path = pathOf(key);
      if (isDocument(key) && !root.nodes.has(path)) this.#foreign.add(path);
    }
  }

  kindOf(key: string): Kind {
    const staged = STAGED.exec(key)?.[0];
    if (staged !== undefined) return this.#staged.has(staged) ? "part" : "staged";
    const [, folder = "", name] = TEMPORARY.exec(key) ?? [];
    if (name !== undefined) return this.#kindOfTemporary(folder + name);
    // The lease, which is this writer's.
    if (key.startsWith(".tvb/")) return "part";
    if (this.#isForeign(key)) return "unknown";
    const array = this.#arrayAt(key);
    if (isDocument(key)) return "part";
    if (array !== undefined) return kindInArray(array.node, key.slice(array.prefix.length));
    return ORPHAN[this.root.format].test(key) ? "chunk" : "unknown";
  }

  /** Writers of regions have no lock: a temporary file of theirs may be in use. */
  #kindOfTemporary(wanted: string): Kind {
    const { record } = this.#arrayAt(wanted)?.node ?? {};
    const takesRegions =
      this.#arrayAt(wanted) !== undefined && (record === undefined || record.incomplete === true);
    if (takesRegions) return "part";
    const kind = this.kindOf(wanted);
    return kind === "unknown" ? kind : "temporary";
  }

  /** The array that a key is beneath. */
  #arrayAt(key: string): { readonly node: ZarrNode; readonly prefix: string } | undefined {
    for (const path of pathsAbove(key)) {
      const node = this.root.nodes.get(path);
      if (node?.array !== undefined) return { node, prefix: path === "/" ? "" : `${path.slice(1)}/` };
    }
    return undefined;
  }

  #isForeign(key: string): boolean {
    return this.#foreign.size > 0 && pathsAbove(key).some((path) => this.#foreign.has(path));
  }
}

/** Of arrays of other programs everything stays. */
function kindInArray({ array, record }: ZarrNode, own: string): Kind {
  if (array === undefined || !isReadable(array) || record === undefined) return "part";
  const kind = kindOfChunk(own, array);
  return kind === undefined ? "unknown" : kind === "stray" ? "chunk" : kind;
}

function isDocument(key: string): boolean {
  return NAMES.has(key.slice(key.lastIndexOf("/") + 1));
}

/** Of the node that a document is of. */
function pathOf(key: string): string {
  return `/${key.slice(0, Math.max(0, key.lastIndexOf("/")))}`;
}

/** Of all nodes that a key may be beneath, from the innermost on. */
function pathsAbove(key: string): string[] {
  const paths: string[] = [];
  for (let path = pathOf(key); path !== "/"; path = path.slice(0, Math.max(1, path.lastIndexOf("/"))))
    paths.push(path);
  return [...paths, "/"];
}
