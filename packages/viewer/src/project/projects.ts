import { compareNames } from "@tvb-storage/files/internal";
import type { Source, SourceFile } from "../sources/source.js";
import { nameOfPath } from "../text/path-name.js";

const PROJECT_FILE = "Project.xml";
/** The folder of a project's figures. */
const FIGURES = "IMAGES";

/** A folder in a project that has data files: numbered, or with a name, as that of datatypes of other projects. */
export interface Operation {
  /** The path of the folder in the project; empty for the project's own. */
  readonly name: string;
  readonly files: readonly SourceFile[];
}

/** A folder with Project.xml, as TVB keeps it on the disk and in exports. */
export interface Project {
  /** Of its folder in the source; empty where the source itself is the project. */
  readonly path: string;
  /** Of its folder, else of its source. */
  readonly name: string;
  readonly projectFile: SourceFile;
  /** In natural order. */
  readonly operations: readonly Operation[];
  /** Images of its figures. */
  readonly figures: readonly SourceFile[];
}

const projects = new WeakMap<Source, readonly Project[]>();

/** The projects of a source, by path. */
export function projectsOf(source: Source): readonly Project[] {
  let found = projects.get(source);
  if (found === undefined) {
    found = findProjects(source);
    projects.set(source, found);
  }
  return found;
}

function findProjects(source: Source): Project[] {
  return source.files
    .filter(({ path }) => nameOfPath(path) === PROJECT_FILE)
    .sort((a, b) => compareNames(a.path, b.path))
    .map((projectFile) => {
      const path = projectFile.path.split("/").slice(0, -1).join("/");
      const prefix = path === "" ? "" : `${path}/`;
      const inside = source.files.filter((file) => file.path.startsWith(prefix));
      return {
        path,
        name: path === "" ? source.name : nameOfPath(path),
        projectFile,
        operations: operationsIn(inside, prefix),
        figures: inside
          .filter((file) => file.path.startsWith(`${prefix}${FIGURES}/`) && isImage(file.path))
          .sort((a, b) => compareNames(a.path, b.path)),
      };
    });
}

/** The folders of a source that is no project, as if they were operations. */
export function folderOperations(source: Source): Operation[] {
  return operationsIn(source.files, "");
}

function operationsIn(files: readonly SourceFile[], prefix: string): Operation[] {
  const operations = new Map<string, SourceFile[]>();
  for (const file of files) {
    if (!isDataFile(file)) continue;
    const name = file.path.slice(prefix.length).split("/").slice(0, -1).join("/");
    const own = operations.get(name);
    if (own === undefined) operations.set(name, [file]);
    else own.push(file);
  }
  return [...operations]
    .map(([name, own]) => ({ name, files: own.sort((a, b) => compareNames(a.path, b.path)) }))
    .sort((a, b) => compareNames(a.name, b.name));
}

/** Operations are numbered. */
export function isOperationName(name: string): boolean {
  return /^\d+$/.test(name);
}

function isImage(path: string): boolean {
  return /\.(png|jpe?g)$/i.test(path);
}

/** Whether a file may have data: not what is beside them in a project. */
export function isDataFile({ isDocument = false }: SourceFile): boolean {
  return !isDocument;
}
