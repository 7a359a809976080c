import type { NodeInfo } from "@tvb-storage/core/arrays";
import { identityByName } from "@tvb-storage/core/internal";
import { compareNames } from "@tvb-storage/files/internal";
import { isDataFile, isOperationName, projectsOf } from "../project/projects.js";
import type { Source, SourceFile } from "../sources/source.js";
import { byteText } from "../text/byte-text.js";
import { nameOfPath } from "../text/path-name.js";

/** What a row of the tree stands for. */
type TreeTarget =
  | { readonly kind: "folder" }
  | { readonly kind: "project"; readonly source: Source; readonly path: string }
  | { readonly kind: "file"; readonly file: SourceFile }
  | { readonly kind: "node"; readonly file: SourceFile; readonly path: string };

/** A row of the tree that is visible when it is scrolled to. */
export interface TreeRow {
  readonly id: string;
  readonly target: TreeTarget;
  readonly label: string;
  /** After the label, and less important; asked for rows in sight, since the browser looks a file's size up then. */
  readonly detail: () => string;
  /** All of a name that the label shortens. */
  readonly title: string;
  /** From 1. */
  readonly level: number;
  /** Among those of its parent, from 1. */
  readonly position: number;
  readonly siblings: number;
  /** Undefined where it has nothing below it. */
  readonly isExpanded: boolean | undefined;
  /** Of a row that can be closed, and all below it. */
  readonly source: Source | undefined;
}

export interface TreeInput {
  readonly sources: readonly Source[];
  /** Only files whose path has all these words, in capital letters or not. */
  readonly filter: string;
  /** What the user has expanded (true) and collapsed (false), by the identity of the row. */
  readonly toggled: ReadonlyMap<string, boolean>;
  readonly chosen: SourceFile | undefined;
  /** Of the chosen file, once it is open. */
  readonly nodes: readonly NodeInfo[];
}

/** Below this number of files or nodes, all is expanded until the user collapses it. */
const MAX_EXPANDED = 200;

interface Item extends Pick<TreeRow, "id" | "target" | "label" | "detail" | "title" | "source"> {
  readonly hasChildren: boolean;
  /** Made where they are seen: sorting thousands of names takes a while. */
  readonly children: () => readonly Item[];
  readonly isExpanded: boolean;
}

/** The rows of all that is expanded. */
export function treeRows(input: TreeInput): TreeRow[] {
  const rows: TreeRow[] = [];
  const items = input.sources.flatMap((source) => itemsOfSource(source, input));
  addRows(rows, items, 1, input.toggled);
  return rows;
}

function addRows(
  rows: TreeRow[],
  items: readonly Item[],
  level: number,
  toggled: ReadonlyMap<string, boolean>,
): void {
  for (const [index, { hasChildren, children, isExpanded, ...item }] of items.entries()) {
    const expanded = hasChildren ? (toggled.get(item.id) ?? isExpanded) : undefined;
    rows.push({ ...item, level, position: index + 1, siblings: items.length, isExpanded: expanded });
    if (expanded) addRows(rows, children(), level + 1, toggled);
  }
}

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly files: SourceFile[];
}

function itemsOfSource(source: Source, input: TreeInput): Item[] {
  const words = input.filter.toLowerCase().split(/\s+/).filter(Boolean);
  const root: Folder = { folders: new Map(), files: [] };
  let count = 0;
  for (const file of source.files) {
    const text = file.path.toLowerCase();
    if (!isDataFile(file) || !words.every((word) => text.includes(word))) continue;
    count += 1;
    folderOf(root, file.path.split("/").slice(0, -1)).files.push(file);
  }
  if (count === 0 && words.length > 0) return [];
  const all: Context = { source, input, isAllExpanded: words.length > 0 || count <= MAX_EXPANDED };
  const items = itemsOf(root, "", all);
  const [only, ...others] = items;
  // One file, or one folder, stands for itself; the source itself may be a project.
  const isProject = projectsOf(source).some(({ path }) => path === "");
  if (only !== undefined && others.length === 0 && !isProject) return [{ ...only, source }];
  return [
    {
      id: source.id,
      target: isProject ? { kind: "project", source, path: "" } : { kind: "folder" },
      label: source.name,
      detail: () => (isProject ? "project" : ""),
      title: source.name,
      source,
      hasChildren: items.length > 0,
      children: () => items,
      isExpanded: true,
    },
  ];
}

interface Context {
  readonly source: Source;
  readonly input: TreeInput;
  readonly isAllExpanded: boolean;
}

function folderOf(root: Folder, names: readonly string[]): Folder {
  let folder = root;
  for (const name of names) {
    let next = folder.folders.get(name);
    if (next === undefined) {
      next = { folders: new Map(), files: [] };
      folder.folders.set(name, next);
    }
    folder = next;
  }
  return folder;
}

function itemsOf({ folders, files }: Folder, path: string, context: Context): Item[] {
  const { source, input, isAllExpanded } = context;
  const below = [...folders].sort(([a], [b]) => compareNames(a, b));
  return [
    ...below.map(([name, folder]): Item => {
      const inside = path === "" ? name : `${path}/${name}`;
      const isProject = projectsOf(source).some((project) => project.path === inside);
      const isOperation =
        isOperationName(name) && projectsOf(source).some((project) => project.path === path);
      const count = countOf(folder);
      return {
        id: `${source.id}/${inside}/`,
        target: isProject ? { kind: "project", source, path: inside } : { kind: "folder" },
        label: isOperation ? `Operation ${name}` : name,
        detail: () => (isProject ? "project" : count === 1 ? "1 file" : `${count} files`),
        title: inside,
        source: undefined,
        hasChildren: true,
        children: () => itemsOf(folder, inside, context),
        isExpanded: isAllExpanded || isIn(input.chosen, `${source.id}/${inside}/`),
      };
    }),
    ...files
      .sort((a, b) => compareNames(a.path, b.path))
      .map((file): Item => {
        const { class: className, gid } = identityByName(nameOfPath(file.path));
        const isChosen = file === input.chosen;
        return {
          id: file.id,
          target: { kind: "file", file },
          label: className ?? nameOfPath(file.path),
          detail: () =>
            [gid?.slice(0, 8), file.size === undefined ? undefined : byteText(file.size)]
              .filter(Boolean)
              .join(" · "),
          title: file.path,
          source: undefined,
          hasChildren: isChosen && input.nodes.some(({ path }) => path !== "/"),
          children: () => itemsOfNodes(file, input.nodes),
          isExpanded: true,
        };
      }),
  ];
}

/** By identities, which begin with that of the source. */
function isIn(file: SourceFile | undefined, folder: string): boolean {
  return file?.id.startsWith(folder) ?? false;
}

function countOf({ folders, files }: Folder): number {
  let count = files.length;
  for (const folder of folders.values()) count += countOf(folder);
  return count;
}

function itemsOfNodes(file: SourceFile, nodes: readonly NodeInfo[]): Item[] {
  const children = new Map<string, NodeInfo[]>();
  for (const node of nodes) {
    if (node.path === "/") continue;
    const parent = node.path.slice(0, node.path.lastIndexOf("/"));
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [node]);
    else siblings.push(node);
  }
  const below = (parent: string): Item[] =>
    (children.get(parent) ?? [])
      .sort((a, b) => compareNames(a.path, b.path))
      .map(
        (node): Item => ({
          id: `${file.id}:${node.path}`,
          target: { kind: "node", file, path: node.path },
          label: nameOfPath(node.path),
          detail: () => detailOf(node),
          title: node.path,
          source: undefined,
          hasChildren: children.has(node.path),
          children: () => below(node.path),
          isExpanded: nodes.length <= MAX_EXPANDED,
        }),
      );
  return below("");
}

function detailOf({ kind, shape, dtype, reason, target }: NodeInfo): string {
  if (kind === "unreadable" || reason !== undefined) return "cannot be read";
  if (kind === "link") return `link to ${target ?? "nothing"}`;
  if (kind === "dataset") return [shape?.join(" × "), dtype].filter(Boolean).join(" ");
  return "";
}
