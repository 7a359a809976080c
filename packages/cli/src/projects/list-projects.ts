import type { BackendRegistry } from "@tvb-storage/core";
import { defaultFileSystem, fileException, pathStats, type XmlMetadata } from "@tvb-storage/files";
import { entriesOf, findOperations, isOperationName, PROJECT_FILE, projectMetadata } from "./read-project.js";

/** A project in a storage root, counted without opening its data files. */
export interface ProjectSummary {
  /** Of its folder. */
  readonly name: string;
  readonly metadata: XmlMetadata;
  /** Why Project.xml cannot be read. */
  readonly reason?: string;
  readonly operations: number;
  readonly files: number;
  /** Of its data files. */
  readonly bytes: number;
}

/** Whether a folder is a project: Project.xml is in it. */
export async function isProject(path: string): Promise<boolean> {
  return (await kindAt(`${path}/${PROJECT_FILE}`)) === "file";
}

/** The projects in a storage root, or in its folder PROJECTS; empty where there is none. */
export async function listProjects(backends: BackendRegistry, path: string): Promise<ProjectSummary[]> {
  const below = `${path}/PROJECTS`;
  const folder = (await kindAt(below)) === "folder" ? below : path;
  const projects: ProjectSummary[] = [];
  for (const { name, kind } of await entriesOf(folder)) {
    const project = `${folder}/${name}`;
    if (kind !== "folder" || !(await isProject(project))) continue;
    const operations = await findOperations(backends, project);
    const files = operations.flatMap((operation) => operation.files);
    projects.push({
      name,
      ...(await projectMetadata(project)),
      operations: operations.filter(({ name }) => isOperationName(name)).length,
      files: files.length,
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    });
  }
  return projects;
}

async function kindAt(path: string): Promise<string | undefined> {
  try {
    return (await pathStats(defaultFileSystem(), path))?.kind;
  } catch (error) {
    throw fileException(error, `cannot read ${path}`);
  }
}
