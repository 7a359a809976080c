import { baseName, isWithin, parentOf } from "@tvb-storage/files/internal";
import { isBadPath } from "./model-names.js";
import { type ModelTree, plainPath } from "./model-tree.js";
import { codeOf, leaves, type Outcome, type Possible, refused, type World } from "./prediction.js";
import type { CallFault } from "./project-call.js";

interface Circumstances {
  readonly tree: ModelTree;
  readonly world: World;
  readonly faults: readonly CallFault[];
}

/**
 * All paths are gone, missing ones without an error. One that the disk cannot remove stays, with the folders that it
 * is in, and all others are gone nevertheless.
 */
export function predictRemoval(
  files: readonly string[],
  ignoreErrors: boolean,
  { tree, world, faults }: Circumstances,
): Possible[] {
  const paths = files.map((file) => (isBadPath(file) ? undefined : plainPath(file)));
  if (paths.some((path) => path === undefined || leaves(world, tree, parentOf(path)))) return refused(tree);
  const after = tree.clone();
  const partly = tree.clone();
  const stuck = new Map<string, CallFault | undefined>();
  for (const path of paths) {
    if (path === undefined || after.entry(path) === undefined) continue;
    const real = after.real(path, "kept");
    const kept = [[real] as const, ...after.below(real)].filter(
      ([at]) => faultOf(at, after.entry(at)?.kind === "folder" ? "rmdir" : "unlink", faults) !== undefined,
    );
    for (const [at] of kept)
      stuck.set(
        at,
        faults.find(({ name }) => name === baseName(at)),
      );
    if (kept.length === 0) {
      after.remove(real);
      partly.remove(real);
      continue;
    }
    // What else is in a folder that stays may stay too, by the contract.
    for (const [at] of [[real] as const, ...after.below(real)])
      if (!kept.some(([one]) => isWithin(at, one)) && after.has(at)) after.remove(at);
    for (const one of [partly, after]) for (const [at] of kept) one.touch(parentOf(at));
  }
  if (stuck.size === 0) return [{ outcome: { value: undefined }, tree: after }];
  const [name = ""] = [...stuck.keys()].map(baseName);
  const codes = [...stuck.values()].map((fault) => codeOf(fault?.errno ?? "EIO"));
  // A failing disk is the worse news.
  const code = codes.includes("FILE_STORAGE") ? "FILE_STORAGE" : "FILE_STRUCTURE";
  const outcome: Outcome = ignoreErrors ? { value: undefined } : { codes: [code], mention: name };
  return [
    { outcome, tree: after },
    { outcome, tree: partly },
  ];
}

function faultOf(path: string, call: string, faults: readonly CallFault[]): CallFault | undefined {
  return faults.find(({ name, calls }) => name === baseName(path) && calls.includes(call));
}
