import type { ProjectStructure } from "@tvb-storage/core";
import { isTVBException } from "@tvb-storage/errors";
import { isWithin, parentOf } from "@tvb-storage/files/internal";
import { type FaultPlan, faultyFs } from "../faults/faulty-fs.js";
import { createMemoryFs } from "../memory-fs.js";
import type { Place } from "../rules/places.js";
import type { ProjectStructureFactory, ProjectStructureOptions } from "../rules/project-context.js";
import { agrees, describe, describeFound, type FoundOutcome } from "./compare-outcome.js";
import { isBadName, isBadPath } from "./model-names.js";
import { ModelTree, Open, plainPath } from "./model-tree.js";
import { Documents } from "./model-xml.js";
import { observeTree, putStep, settleFolders, type TreeFs, treeDifferences, treeFs } from "./observe-tree.js";
import { predictCall } from "./predict-call.js";
import { leaves, type Possible, type World } from "./prediction.js";
import { canRenameThroughLinks, umaskOf } from "./probe-place.js";
import { type CallFault, expanded, type ProjectCall, type Put, type Step } from "./project-call.js";
import { Odd, runCall } from "./run-call.js";
import { knownDocuments, PROJECTS } from "./start-tree.js";

/** Where the layout and the model differ. */
export interface Difference {
  /** The step after which they do. */
  readonly step: number;
  /** A call of the model itself, where it was made to look. */
  readonly look?: ProjectCall;
  readonly expected: string;
  readonly found: string;
}

/** Runs steps on a layout in an empty folder and on the model; returns their first difference. */
export async function runSteps(
  factory: ProjectStructureFactory,
  place: Place,
  steps: readonly Step[],
): Promise<{ readonly steps: readonly Step[]; readonly difference: Difference | undefined }> {
  const fs = treeFs(place.fs);
  const root = `${place.folder}/storage`;
  const options: ProjectStructureOptions = { storageRoot: root, fs: place.fs, isSyncing: () => false };
  const folders = await foldersOf(factory, options, place.folder, steps);
  const concrete = expanded(steps, folders);
  const layouts = { first: factory(options), second: factory(options) };
  const documents = new Documents();
  for (const { text, metadata } of knownDocuments) documents.know(text, metadata);
  const umask = umaskOf(fs, place.folder);
  const renamesThroughLinks = canRenameThroughLinks(fs, place.folder);
  const run: Run = {
    fs,
    folder: place.folder,
    tree: new ModelTree(place.folder),
    renamesThroughLinks,
    layoutFor: (call) => {
      const faulty = (call.faults ?? []).reduce((inner, fault) => faultyFs(inner, planOf(fault)), place.fs);
      if (call.faults === undefined && call.syncing === undefined)
        return call.by === "second" ? layouts.second : layouts.first;
      let questions = 0;
      const isSyncing = (asked: string): boolean => {
        questions += 1;
        if (call.method === "renameProjectStructure" && asked !== folders.get(call.args[0]))
          throw new Odd(`isSyncing was asked about ${asked}`);
        return call.syncing === "always" || (call.syncing === "later" && questions > 1);
      };
      return factory({ ...options, fs: faulty, isSyncing });
    },
    world: {
      root,
      projects: layouts.first.getProjectsFolder(),
      folderOf: (project) => folders.get(project) ?? `${layouts.first.getProjectsFolder()}/${project}`,
      lessUmask: (mode) => mode & ~umask,
      documents,
      now: 0,
    },
  };
  const puts = concrete.filter((step): step is Put => "put" in step);
  for (const put of puts) putStep(fs, run.tree, put);
  settleFolders(fs, run.tree);
  for (const [index, step] of concrete.entries()) {
    if ("put" in step) continue;
    const difference = await tryCall(run, step);
    if (difference !== undefined) return { steps: concrete, difference: { step: index, ...difference } };
  }
  return { steps: concrete, difference: undefined };
}

interface Run {
  readonly fs: TreeFs;
  readonly folder: string;
  tree: ModelTree;
  /** memfs cannot rename in a folder that a link leads to. */
  readonly renamesThroughLinks: boolean;
  readonly world: World;
  layoutFor(call: ProjectCall): ProjectStructure;
}

/** The folders by the names in braces: a layout on another file system says those that are used, so that none is made here. */
async function foldersOf(
  factory: ProjectStructureFactory,
  options: ProjectStructureOptions,
  folder: string,
  steps: readonly Step[],
): Promise<Map<string, string>> {
  const fs = createMemoryFs();
  fs.mkdirSync(folder, { recursive: true });
  const layout = factory({ ...options, fs });
  const folders = new Map([
    ["folder", folder],
    ["root", options.storageRoot],
    ["projects", layout.getProjectsFolder()],
  ]);
  const text = JSON.stringify(steps);
  for (const project of PROJECTS)
    if (text.includes(project)) folders.set(project, await layout.getProjectFolder(project));
  if (new Set(folders.values()).size < folders.size) throw new Error("two projects have the same folder");
  return folders;
}

function planOf({ calls, name, at, errno }: CallFault): FaultPlan {
  return {
    calls: ({ kind, path }) =>
      calls.includes(kind) && (name === undefined || path?.endsWith(`/${name}`) === true),
    at: at ?? 1,
    times: at === undefined ? Number.POSITIVE_INFINITY : 1,
    errno,
  };
}

/** Makes a call, and then looks at everything. */
async function tryCall(run: Run, call: ProjectCall): Promise<Omit<Difference, "step"> | undefined> {
  const possible = predicted(run, call);
  if (possible === undefined) return undefined;
  const outcome = await outcomeOf(run, call);
  const before = run.tree;
  const difference = compare(run, possible, outcome);
  // Where nothing has changed, there is nothing new to say of it.
  if (difference !== undefined || run.tree === before) return difference;
  for (const look of looks(run)) {
    // They change nothing, so one look at the tree after all of them is enough.
    const known = predicted(run, look) ?? [];
    const said = await outcomeOf(run, look);
    if (!("odd" in said) && known.some((one) => agrees(one.outcome, said))) continue;
    return { look, ...(compare(run, known, said) ?? UNCLEAR) };
  }
  return compare(run, [{ outcome: DONE, tree: run.tree }], DONE);
}

const DONE = { value: undefined };
const UNCLEAR = { expected: "the same at every look", found: "another result" };

/** Undefined where the contract leaves the result open, or the file system cannot do it. */
function predicted(run: Run, call: ProjectCall): Possible[] | undefined {
  if (!run.renamesThroughLinks && goesThroughLink(run, pathsOf(call))) return undefined;
  try {
    return predictCall(call, run.tree, { ...run.world, now: Date.now() });
  } catch (error) {
    if (error instanceof Open) return undefined;
    throw error;
  }
}

/** The arguments, with the paths of files that are written in folders which are given. */
function pathsOf(call: ProjectCall): readonly unknown[] {
  if (call.method === "writeProjectMetadataFromDict") return [`${call.args[0]}/file`];
  if (call.method !== "copyFile") return call.args;
  const [source, dest, settings] = call.args;
  return [source, settings?.destPostfix === undefined || typeof dest !== "string" ? dest : `${dest}/file`];
}

/** Whether one of the paths has a link among its folders that stays in the storage root. */
function goesThroughLink(run: Run, args: unknown): boolean {
  if (Array.isArray(args)) return args.some((inner) => goesThroughLink(run, inner));
  if (typeof args !== "string" || !args.startsWith(run.folder) || isBadPath(args)) return false;
  const folder = parentOf(plainPath(args));
  return run.tree.real(folder) !== folder && !leaves(run.world, run.tree, folder);
}

/** Compares an outcome and the whole tree; what was found is the model's state from then on. */
function compare(
  run: Run,
  possible: readonly Possible[],
  outcome: FoundOutcome | { readonly odd: string },
): Omit<Difference, "step"> | undefined {
  if ("odd" in outcome) return { expected: describe(possible[0]?.outcome), found: outcome.odd };
  const found = observeTree(run.fs, run.folder);
  const agreeing = possible.filter((one) => agrees(one.outcome, outcome));
  const differences = agreeing.map((one) => treeDifferences(one.tree, found));
  const right = agreeing[differences.findIndex((list) => list.length === 0)];
  if (right !== undefined) {
    run.tree = right.tree;
    return undefined;
  }
  const [first] = differences.sort((a, b) => a.length - b.length);
  if (first === undefined)
    return {
      expected: possible.map((one) => describe(one.outcome)).join(", or "),
      found: describeFound(outcome),
    };
  const shown = first.slice(0, 4);
  const list = (key: "expected" | "found"): string =>
    // biome-ignore lint/suspicious/noTemplateCurlyInString: paths are code in a report
    shown.map((one) => `${one.path.replace(run.folder, "${folder}")}: ${one[key]}`).join("; ");
  return { expected: list("expected"), found: list("found") };
}

async function outcomeOf(run: Run, call: ProjectCall): Promise<FoundOutcome | { readonly odd: string }> {
  const bytesOf = (path: string): number => {
    const node = isBadPath(path) ? undefined : run.tree.at(path);
    return node?.kind === "file" ? node.content.length : 0;
  };
  try {
    return { value: await runCall(run.layoutFor(call), call, bytesOf) };
  } catch (error) {
    if (error instanceof Odd) return { odd: error.message };
    if (error instanceof Error && isTVBException(error)) return { error };
    return { odd: `it threw something that is no exception of @tvb-storage/errors: ${String(error)}` };
  }
}

/** What both layouts are asked after each call: nothing that they remember may be old. */
function looks({ tree, world }: Run): ProjectCall[] {
  const both = (call: ProjectCall): ProjectCall[] => [call, { ...call, by: "second" }];
  const documents = tree
    .files(world.root)
    .filter(
      ({ path, name, file }) =>
        !isBadName(name) && world.documents.read(file.content) !== undefined && !leaves(world, tree, path),
    );
  return [
    ...documents.flatMap(({ path, name }) =>
      both({ method: "readProjectMetadata", args: [plainPath(parentOf(path)), name] }),
    ),
    ...both({ method: "computeSizeOnDisk", args: [world.projects] }),
  ].filter((call) => call.method !== "readProjectMetadata" || isWithin(world.root, call.args[0]));
}
