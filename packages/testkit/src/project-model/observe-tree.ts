import type { FileSystem } from "@tvb-storage/files";
import { parentOf } from "@tvb-storage/files/internal";
import type { ModelNode, ModelTree } from "./model-tree.js";
import { contentText, PUT_TIME, type Put } from "./project-call.js";

interface NodeStats {
  readonly mode: number | bigint;
  readonly mtimeMs: number | bigint;
  readonly ino: number | bigint;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/** The calls by which a tree is made and looked at; node:fs and memfs have them. */
export interface TreeFs {
  lstatSync(path: string): NodeStats;
  readdirSync(path: string): unknown;
  readFileSync(path: string): unknown;
  readlinkSync(path: string): unknown;
  mkdirSync(path: string, options?: { recursive?: boolean; mode?: number }): unknown;
  writeFileSync(path: string, content: Uint8Array): void;
  chmodSync(path: string, mode: number): void;
  utimesSync(path: string, atime: number, mtime: number): void;
  symlinkSync(target: string, path: string): void;
  linkSync(existing: string, path: string): void;
  renameSync(from: string, to: string): void;
  unlinkSync(path: string): void;
  rmSync(path: string, options: { recursive: true }): void;
}

/** The file system of a place, which is node:fs or memfs. */
export function treeFs(fs: FileSystem): TreeFs {
  if (!("linkSync" in fs && "readdirSync" in fs && "symlinkSync" in fs && "rmSync" in fs))
    throw new TypeError("the model needs a file system with links");
  return fs as FileSystem & TreeFs; // by the line above: these two have all or none
}

/** A node as it was found. */
export type FoundNode =
  | {
      readonly kind: "file";
      readonly content: string;
      readonly mode: number;
      readonly mtime: number;
      readonly ino: string;
    }
  | { readonly kind: "folder"; readonly mode: number; readonly mtime: number }
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "other" };

/** Everything beneath a folder. */
export function observeTree(fs: TreeFs, folder: string): Map<string, FoundNode> {
  const found = new Map<string, FoundNode>();
  const look = (at: string): void => {
    for (const name of fs.readdirSync(at) as string[]) {
      // without options, names are texts
      const path = `${at}/${name}`;
      const stats = fs.lstatSync(path);
      const [mode, mtime] = [Number(stats.mode) & 0o7777, Number(stats.mtimeMs)];
      if (stats.isSymbolicLink()) found.set(path, { kind: "link", target: String(fs.readlinkSync(path)) });
      else if (stats.isDirectory()) {
        found.set(path, { kind: "folder", mode, mtime });
        look(path);
      } else if (stats.isFile()) {
        const content = Buffer.from(fs.readFileSync(path) as Uint8Array).toString("latin1"); // without options
        found.set(path, { kind: "file", content, mode, mtime, ino: String(stats.ino) });
      } else found.set(path, { kind: "other" });
    }
  };
  look(folder);
  return found;
}

/** Makes a step of what is there at first, on the file system and in the model. */
export function putStep(fs: TreeFs, tree: ModelTree, step: Put): void {
  const parent = parentOf(step.path);
  if (tree.entry(parent) === undefined) {
    fs.mkdirSync(parent, { recursive: true });
    tree.makeFolders(parent, 0);
  }
  if (tree.entry(step.path) !== undefined) return;
  const mtime = PUT_TIME * 1000;
  switch (step.put) {
    case "folder": {
      fs.mkdirSync(step.path);
      fs.chmodSync(step.path, step.mode ?? 0o755);
      tree.put(step.path, { kind: "folder", mode: step.mode ?? 0o755, mtime });
      break;
    }
    case "file": {
      const content = contentText(step.content);
      fs.writeFileSync(step.path, Buffer.from(content, "latin1"));
      fs.chmodSync(step.path, step.mode ?? 0o644);
      fs.utimesSync(step.path, PUT_TIME, PUT_TIME);
      tree.put(step.path, { kind: "file", content, mode: step.mode ?? 0o644, mtime });
      break;
    }
    case "link":
      fs.symlinkSync(step.target, step.path);
      tree.put(step.path, { kind: "link", target: step.target });
      break;
    case "hardLink": {
      const file = tree.entry(step.existing);
      if (file?.kind !== "file") return;
      fs.linkSync(step.existing, step.path);
      tree.put(step.path, file);
    }
  }
}

/** Sets modes and times of all folders that puts made on the way, which are the place's otherwise. */
export function settleFolders(fs: TreeFs, tree: ModelTree): void {
  for (const [path, node] of tree.entries()) {
    if (node.kind !== "folder") continue;
    const mode = node.mode === 0 ? 0o755 : node.mode;
    fs.chmodSync(path, mode);
    fs.utimesSync(path, PUT_TIME, PUT_TIME);
    tree.settle(path, { kind: "folder", mode, mtime: PUT_TIME * 1000 });
  }
}

/** How nodes that were found differ from the model, one line each; empty where they do not. */
export function treeDifferences(
  expected: ModelTree,
  found: ReadonlyMap<string, FoundNode>,
): { path: string; expected: string; found: string }[] {
  const differences: { path: string; expected: string; found: string }[] = [];
  const inodes = new Map<ModelNode, string>();
  const seen = new Map<string, string>();
  for (const [path, node] of expected.entries()) {
    const there = found.get(path);
    const difference = nodeDifference(node, there);
    if (difference !== undefined) differences.push({ path, ...difference });
    if (node.kind !== "file" || there?.kind !== "file") continue;
    const ino = inodes.get(node);
    if (ino === undefined && !seen.has(there.ino)) {
      inodes.set(node, there.ino);
      seen.set(there.ino, path);
    } else if (ino !== there.ino)
      differences.push(
        ino === undefined
          ? { path, expected: "a file of its own", found: `another name of ${seen.get(there.ino)}` }
          : { path, expected: `another name of ${seen.get(ino)}`, found: "a file of its own" },
      );
  }
  for (const [path, node] of found)
    if (!expected.has(path)) differences.push({ path, expected: "nothing", found: describeFound(node) });
  return differences;
}

/** Modification times of files that a call wrote may be so much older than the call began: clocks of disks are coarse. */
const CLOCK_MS = 2000;

function nodeDifference(
  node: ModelNode,
  found: FoundNode | undefined,
): { expected: string; found: string } | undefined {
  if (found === undefined) return { expected: describeModel(node), found: "nothing" };
  if ((node.kind as string) !== found.kind)
    return { expected: describeModel(node), found: describeFound(found) };
  if (node.kind === "link" || found.kind === "link" || found.kind === "other") {
    const same = node.kind === "link" && found.kind === "link" && node.target === found.target;
    return same ? undefined : { expected: describeModel(node), found: describeFound(found) };
  }
  if (node.kind === "file" && found.kind === "file" && node.content !== found.content)
    return { expected: describeModel(node), found: describeFound(found) };
  if (node.mode !== found.mode)
    return { expected: `mode ${octal(node.mode)}`, found: `mode ${octal(found.mode)}` };
  if (node.mtime !== undefined && node.mtime !== found.mtime)
    return { expected: `its time as before, ${node.mtime}`, found: `the time ${found.mtime}` };
  if (node.kind === "file" && node.writtenAfter !== undefined && found.mtime < node.writtenAfter - CLOCK_MS)
    return { expected: "the time at which it was written", found: `the time ${found.mtime}` };
  return undefined;
}

function octal(mode: number): string {
  return `0${mode.toString(8)}`;
}

function describeModel(node: ModelNode): string {
  if (node.kind === "link") return describeFound(node);
  // Neither is described.
  const open = { mtime: 0, ino: "" };
  return describeFound(node.kind === "file" ? { ...node, ...open } : { ...node, ...open });
}

function describeFound(node: FoundNode): string {
  switch (node.kind) {
    case "file":
      return `a file of ${node.content.length} bytes, ${shortContent(node.content)}, mode ${octal(node.mode)}`;
    case "folder":
      return `a folder, mode ${octal(node.mode)}`;
    case "link":
      return `a link to ${node.target}`;
    case "other":
      return "neither file, folder nor link";
  }
}

function shortContent(content: string): string {
  return content.length <= 40 ? JSON.stringify(content) : `${JSON.stringify(content.slice(0, 24))}...`;
}
