import type { Source, SourceFile } from "../sources/source.js";
import { compareNames } from "../text/natural-order.js";
import { nameOfPath } from "../text/path-name.js";

const PROJECT_FILE = "Project.xml";
/** The folder of a project's figures. */
const FIGURES = "IMAGES";

/** A folder in a project that has data files: numbered, or with a name, as that of datatypes of other projects. */
export interface Operation {
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
      const inside = source.files
        .filter((file) => path === "" || file.path.startsWith(`${path}/`))
        .map((file) => ({ file, parts: file.path.slice(path === "" ? 0 : path.length + 1).split("/") }));
      return {
        path,
        name: path === "" ? source.name : nameOfPath(path),
        projectFile,
        operations: operationsIn(inside),
        figures: inside
          .filter(({ file, parts }) => parts[0] === FIGURES && isImage(file.path))
          .map(({ file }) => file)
          .sort((a, b) => compareNames(a.path, b.path)),
      };
    });
}

function operationsIn(inside: readonly { readonly file: SourceFile; readonly parts: readonly string[] }[]) {
  const operations = new Map<string, SourceFile[]>();
  for (const { file, parts } of inside) {
    const [name, ...rest] = parts;
    if (name === undefined || rest.length !== 1 || name === FIGURES || !isDataFile(file)) continue;
    const files = operations.get(name);
    if (files === undefined) operations.set(name, [file]);
    else files.push(file);
  }
  return [...operations]
    .map(([name, files]) => ({ name, files: files.sort((a, b) => compareNames(a.path, b.path)) }))
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
