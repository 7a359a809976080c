import { FileStructureException } from "@tvb-storage/errors";
import { DateTime, defaultFileSystem, fileException, pathStats } from "@tvb-storage/files";
import { formatDateTime } from "@tvb-storage/files/internal";
import type { Context } from "../context.js";
import { byteText } from "../terminal/byte-text.js";
import { jsonText } from "../terminal/json-text.js";
import { printable } from "../terminal/printable.js";
import { type Column, tableLines } from "../terminal/table.js";
import { listProjects, type ProjectSummary } from "./list-projects.js";
import { PROJECT_FILE } from "./read-project.js";

export interface ProjectsFlags {
  readonly bytes?: boolean;
  readonly json?: boolean;
}

interface DatedProject extends ProjectSummary {
  /** When its Project.xml was written, in ISO 8601. */
  readonly date: string;
}

const COLUMNS: readonly Column[] = [
  { title: "NAME", canShrink: true },
  { title: "OPERATIONS", align: "right" },
  { title: "DATATYPES", align: "right" },
  { title: "SIZE", align: "right" },
  { title: "DATE" },
  { title: "NOTE", canShrink: true },
];

export async function projects(context: Context, root: string, flags: ProjectsFlags): Promise<void> {
  const folder = root.replace(/(?<=.)\/+$/, "");
  const found = await folderOfProjects(folder);
  const listed: DatedProject[] = [];
  for (const project of await listProjects(await context.backends.all(), folder)) {
    const modified = (await statsOf(`${found}/${project.name}/${PROJECT_FILE}`))?.mtimeMs ?? 0;
    listed.push({ ...project, date: new Date(modified).toISOString() });
  }
  if (flags.json === true) {
    await context.print(
      jsonText(
        { root: folder, projects: listed.map(({ files, ...rest }) => ({ ...rest, datatypes: files })) },
        2,
      ),
    );
    return;
  }
  const rows = listed.map(({ name, operations, files, bytes, date, reason = "" }) => [
    printable(name),
    String(operations),
    String(files),
    flags.bytes === true ? String(bytes) : byteText(bytes),
    formatDateTime(new DateTime(date)).slice(0, "YYYY-MM-DD HH:MM".length),
    printable(reason),
  ]);
  const look = { width: context.terminal.stdout.columns, title: context.colours.bold };
  for (const line of tableLines(COLUMNS, rows, look)) await context.print(line);
  if (rows.length === 0) await context.note(`there are no projects in ${printable(found)}`);
}

/** `PROJECTS` in a storage root, or a folder of projects itself. */
async function folderOfProjects(root: string): Promise<string> {
  const below = `${root}/PROJECTS`;
  if ((await statsOf(below))?.kind === "folder") return below;
  const found = await statsOf(root);
  if (found?.kind === "folder") return root;
  throw new FileStructureException(
    `cannot list ${root}: expected a storage root, found ${found === undefined ? "nothing there" : `a ${found.kind}`}`,
  );
}

function statsOf(path: string) {
  return pathStats(defaultFileSystem(), path, { followLinks: true }).catch((error: unknown) => {
    throw fileException(error, `cannot read ${path}`);
  });
}
