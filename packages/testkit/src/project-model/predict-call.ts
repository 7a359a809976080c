import { parentOf } from "@tvb-storage/files/internal";
import { isBadName, isBadOperation, isBadPath } from "./model-names.js";
import { type ModelTree, plainPath } from "./model-tree.js";
import { hasBadKeys } from "./model-xml.js";
import { predictCopy } from "./predict-copy.js";
import { predictMove, predictRename } from "./predict-move.js";
import { predictRemoval } from "./predict-removal.js";
import {
  done,
  FILE_MODE,
  FOLDER_MODE,
  lastPart,
  leaves,
  type Possible,
  refused,
  type World,
  withFaults,
} from "./prediction.js";
import type { CallFault, ProjectCall } from "./project-call.js";

const ALLEN = "ALLEN_MOUSE_CONNECTIVITY_CACHE";
const KIB = 1024;

/** What a call may do: the contract of `ProjectStructure` once more, in the simplest way. `tree` stays as it is. */
export function predictCall(call: ProjectCall, tree: ModelTree, world: World): Possible[] {
  const { faults = [] } = call;
  switch (call.method) {
    case "checkCreated": {
      const [path = world.root] = call.args;
      if (isBadPath(path)) return refused(tree);
      return created(tree, world, plainPath(path), undefined);
    }
    case "getProjectsFolder":
      return done(tree, world.projects);
    case "getProjectFolder":
      return projectFolder(tree, world, call.args);
    case "getImagesFolder":
      return projectFolder(tree, world, call.args);
    case "getAllenMouseCacheFolder":
      return projectFolder(tree, world, [call.args[0], ALLEN]);
    case "getProjectFolderFromH5": {
      const path = isBadPath(call.args[0]) ? "" : plainPath(call.args[0]);
      return path.split("/").length < 4 ? refused(tree) : done(tree, parentOf(parentOf(path)));
    }
    case "getProjectMetaFilePath": {
      const [project, file] = call.args;
      if (isBadName(file)) return refused(tree);
      return projectFolder(tree, world, [project], file);
    }
    case "readProjectMetadata":
      return readMetadata(tree, world, call.args);
    case "writeProjectMetadataFromDict": {
      const [folder, metadata, file] = call.args;
      if (isBadPath(folder)) return refused(tree);
      return writeMetadata(tree, tree, world, { folder, metadata, file, faults });
    }
    case "writeProjectMetadata": {
      const [metadata, file] = call.args;
      return writeInProject(tree, world, { folders: [metadata.name], metadata, file, faults });
    }
    case "writeImageMetadata": {
      const [{ project, filePath }, metadata, images] = call.args;
      const file = figureMetadata(filePath);
      if (file === undefined) return refused(tree);
      return writeInProject(tree, world, { folders: [project.name, images], metadata, file, faults });
    }
    case "removeFigure": {
      const [{ project, filePath }, images] = call.args;
      const file = figureMetadata(filePath);
      if (file === undefined || isBadName(project.name) || isBadName(images)) return refused(tree);
      const folder = `${world.folderOf(project.name)}/${images}`;
      return predictRemoval([`${folder}/${filePath}`, `${folder}/${file}`], false, { tree, world, faults });
    }
    case "removeOperationData": {
      const [project, operation] = call.args;
      if (isBadName(project) || isBadOperation(operation)) return refused(tree);
      const path = `${world.folderOf(project)}/${operation}`;
      if (leaves(world, tree, parentOf(path))) return refused(tree);
      if (tree.entry(path)?.kind !== "folder") return refused(tree, String(operation));
      return predictRemoval([path], false, { tree, world, faults });
    }
    case "removeFiles":
      return predictRemoval(call.args[0], call.args[1] === true, { tree, world, faults });
    case "removeFolder": {
      const [path, ignoreErrors = false] = call.args;
      if (isBadPath(path)) return refused(tree);
      if (tree.entry(path)?.kind === "folder")
        return predictRemoval([path], ignoreErrors, { tree, world, faults });
      return ignoreErrors ? done(tree) : refused(tree, lastPart(plainPath(path)));
    }
    case "computeSizeOnDisk":
    case "computeRecursiveH5DiskUsage":
      return size(tree, world, call.method, call.args[0]);
    case "renameProjectStructure":
      return predictRename(call, tree, world);
    case "moveDatatype":
      return predictMove(call, tree, world);
    case "copyFile":
      return predictCopy(call, tree, world);
  }
}

/** The folder is made with its parents; the result is a value, or its own path. */
function created(tree: ModelTree, world: World, path: string, value: unknown): Possible[] {
  const after = tree.clone();
  if (leaves(world, tree, path) || !after.makeFolders(path, world.lessUmask(FOLDER_MODE)))
    return refused(tree, lastPart(path));
  return done(after, value);
}

function projectFolder(tree: ModelTree, world: World, names: readonly string[], file?: string): Possible[] {
  const [project = "", ...below] = names;
  if (names.some(isBadName)) return refused(tree);
  const path = [world.folderOf(project), ...below].join("/");
  return created(tree, world, path, file === undefined ? path : `${path}/${file}`);
}

function readMetadata(
  tree: ModelTree,
  world: World,
  [folder, file]: Extract<ProjectCall, { method: "readProjectMetadata" }>["args"],
): Possible[] {
  if (isBadPath(folder) || isBadName(file)) return refused(tree);
  const path = plainPath(`${folder}/${file}`);
  const found = leaves(world, tree, path) ? undefined : tree.at(path);
  const metadata = found?.kind === "file" ? world.documents.read(found.content) : undefined;
  return metadata === undefined ? refused(tree, file) : done(tree, metadata);
}

interface Writing {
  readonly metadata: Parameters<World["documents"]["write"]>[0];
  readonly file: string;
  readonly faults: readonly CallFault[];
}

function writeInProject(
  tree: ModelTree,
  world: World,
  { folders, ...writing }: Writing & { readonly folders: readonly string[] },
): Possible[] {
  const [project = "", ...below] = folders;
  if (folders.some(isBadName)) return refused(tree);
  const folder = [world.folderOf(project), ...below].join("/");
  const after = tree.clone();
  if (leaves(world, tree, folder) || !after.makeFolders(folder, world.lessUmask(FOLDER_MODE)))
    return refused(tree);
  return writeMetadata(tree, after, world, { folder, ...writing });
}

/** `begun` has the folders that the call makes. */
function writeMetadata(
  tree: ModelTree,
  begun: ModelTree,
  world: World,
  { folder, metadata, file, faults }: Writing & { readonly folder: string },
): Possible[] {
  if (isBadName(file) || hasBadKeys(metadata)) return refused(tree);
  const path = plainPath(`${folder}/${file}`);
  const old = begun.at(path);
  if (leaves(world, tree, path) || begun.at(folder)?.kind !== "folder") return refused(tree);
  if (begun.entry(path)?.kind === "folder") return refused(tree).concat(refused(begun));
  const after = begun.clone();
  const mode = old?.kind === "file" ? old.mode : world.lessUmask(FILE_MODE);
  const content = world.documents.write(metadata);
  after.put(path, { kind: "file", content, mode, mtime: undefined, writtenAfter: world.now });
  return withFaults(done(after), tree, faults, (failed) => {
    if (begun !== tree) failed.makeFolders(folder, world.lessUmask(FOLDER_MODE));
    failed.touch(folder);
  });
}

/** The name of a figure's metadata: that of the image up to its first dot. */
function figureMetadata(image: string): string | undefined {
  if (isBadName(image)) return undefined;
  const name = `${image.split(".")[0]}.xml`;
  return name === ".xml" || isBadName(name) || name.toLowerCase() === image.toLowerCase() ? undefined : name;
}

function size(
  tree: ModelTree,
  world: World,
  method: "computeSizeOnDisk" | "computeRecursiveH5DiskUsage",
  given: string,
): Possible[] {
  if (isBadPath(given)) return refused(tree);
  const path = plainPath(given);
  if (leaves(world, tree, path)) return refused(tree);
  const start = tree.at(path);
  const all = method === "computeSizeOnDisk";
  if (start?.kind === "file" && all) return done(tree, Math.floor(start.content.length / KIB));
  // The contract speaks of what is below a folder.
  if (start?.kind === "file")
    return [...done(tree, 0), ...done(tree, Math.round(start.content.length / KIB))];
  const files = start === undefined ? [] : tree.files(path);
  const bytes = files
    .filter(({ name }) => all || name.endsWith(".h5"))
    .reduce((total, { file }) => total + file.content.length, 0);
  if (all) return done(tree, Math.floor(bytes / KIB));
  // Python rounds a half to the even number.
  const half = bytes % KIB === KIB / 2;
  return [...done(tree, Math.round(bytes / KIB)), ...(half ? done(tree, Math.floor(bytes / KIB)) : [])];
}
