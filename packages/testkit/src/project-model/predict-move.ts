import type { ErrorCode } from "@tvb-storage/errors";
import { baseName, isWithin, parentOf } from "@tvb-storage/files/internal";
import { isBadName, isBadOperation, isBadPath } from "./model-names.js";
import { type ModelTree, plainPath } from "./model-tree.js";
import {
  codeOf,
  done,
  FOLDER_MODE,
  leaves,
  type Possible,
  refused,
  STRUCTURE,
  type World,
  withFaults,
} from "./prediction.js";
import type { ProjectCall } from "./project-call.js";

type CallOf<M extends ProjectCall["method"]> = Extract<ProjectCall, { method: M }>;

/** A folder in its place, or refused with nothing changed. */
export function predictRename(
  { args, syncing, faults = [] }: CallOf<"renameProjectStructure">,
  tree: ModelTree,
  world: World,
): Possible[] {
  const [project, newName] = args;
  if (isBadName(project) || isBadName(newName)) return refused(tree);
  const [from, to] = [world.folderOf(project), world.folderOf(newName)];
  const free = tree.entry(from)?.kind === "folder" && tree.entry(to) === undefined;
  const codes: ErrorCode[] = [
    ...(syncing === undefined ? [] : (["RENAME_WHILE_SYNC_ENCRYPTING"] as const)),
    ...(free && !leaves(world, tree, parentOf(from)) ? [] : STRUCTURE),
  ];
  const after = tree.clone();
  if (free) after.move(from, to);
  const renamed = done(after, [from, to]);
  // A layout that asks only once does not see what begins later.
  if (syncing === "later" && codes.length === 1) return [{ outcome: { codes }, tree }, ...renamed];
  if (codes.length > 0) {
    const mention = syncing === undefined ? (tree.entry(from) === undefined ? project : newName) : undefined;
    return [{ outcome: { codes, ...(mention === undefined ? {} : { mention }) }, tree }];
  }
  return withFaults(renamed, tree, faults, (begun) => begun.touch(parentOf(from)));
}

/** A file or folder in an operation's folder, with its times; what is there already stays. */
export function predictMove(
  { args, faults = [] }: CallOf<"moveDatatype">,
  tree: ModelTree,
  world: World,
): Possible[] {
  const [project, operation, given] = args;
  if (isBadPath(given) || isBadName(project) || isBadOperation(operation)) return refused(tree);
  const source = plainPath(given);
  const name = baseName(source);
  if (isBadName(name)) return refused(tree);
  const folder = `${world.folderOf(project)}/${operation}`;
  const target = `${folder}/${name}`;
  if (leaves(world, tree, source) || leaves(world, tree, folder)) return refused(tree);
  const kind = tree.entry(source)?.kind;
  if (kind === undefined || kind === "link" || tree.entry(target) !== undefined) return refused(tree, name);
  if (isWithin(tree.real(source), tree.real(target))) return refused(tree, name);
  const begun = tree.clone();
  if (!begun.makeFolders(folder, world.lessUmask(FOLDER_MODE))) return refused(tree);
  const begin = (failed: ModelTree): void => {
    failed.makeFolders(folder, world.lessUmask(FOLDER_MODE));
    for (const at of [folder, parentOf(source)]) failed.touch(at);
  };
  const after = begun.clone();
  after.move(source, target);
  const moved = done(after, target);
  if (!faults.some(({ errno }) => errno === "EXDEV")) return withFaults(moved, tree, faults, begin);

  // To another device the files are copied, so names of one file become files of their own.
  const copied = begun.clone();
  begin(copied);
  const real = tree.real(source);
  for (const [path, node] of [[real, tree.entry(source)] as const, ...tree.below(source)])
    if (node !== undefined && node.kind !== "link")
      copied.settle(copied.real(target) + path.slice(real.length), { ...node });
  const alone = copied.clone();
  alone.remove(source);
  const links = tree.below(source).some(([, node]) => node.kind === "link");
  begin(begun);
  const outcomes = links ? [{ outcome: { codes: STRUCTURE }, tree: begun }] : done(alone, target);
  const failing = faults.filter(({ errno }) => errno !== "EXDEV").map(({ errno }) => codeOf(errno));
  const both = failing.length === 0 || links ? [] : [{ outcome: { codes: failing }, tree: copied }];
  return withFaults([...outcomes, ...both], tree, faults, begin);
}
