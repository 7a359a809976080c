import { FileStructureException } from "@tvb-storage/errors";
import type { Context } from "../context.js";
import type { DataFile } from "../projects/data-file.js";
import { isProject, listProjects } from "../projects/list-projects.js";
import { describeFound, findDataFiles, readProject } from "../projects/read-project.js";
import { withProgress } from "../terminal/progress.js";
import type { LsOptions } from "./ls.js";
import { printDataFiles, printProject, printProjects } from "./print-folder.js";

/** Lists a project, the projects of a storage root, or the data files of an operation. */
export async function listFolder(context: Context, path: string, options: LsOptions): Promise<void> {
  const { terminal } = context;
  const backends = await context.backends.all();
  const folder = path.replace(/(?<=.)\/+$/, "");
  if (await isProject(folder)) {
    const project = await withProgress(terminal, "reading", (onProgress) =>
      readProject(backends, folder, { signal: terminal.signal, onProgress }),
    );
    await printProject(context, folder, project, options);
    return;
  }
  const projects = await listProjects(backends, folder);
  if (projects.length > 0) {
    await printProjects(context, folder, projects, options);
    return;
  }
  const files = await findDataFiles(backends, folder);
  if (files.length === 0)
    throw new FileStructureException(
      `${folder} is a folder without Project.xml, projects or data files; give a file, a project, or a folder of projects`,
    );
  const described: DataFile[] = [];
  for (const file of files) described.push(await describeFound(backends, file));
  await printDataFiles(context, folder, described, options);
}
