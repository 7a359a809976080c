import { shapeText } from "@tvb-storage/core";
import type { Context } from "../context.js";
import type { DataFile } from "../projects/data-file.js";
import type { ProjectSummary } from "../projects/list-projects.js";
import type { Project } from "../projects/read-project.js";
import { byteText } from "../terminal/byte-text.js";
import { jsonText } from "../terminal/json-text.js";
import { printable } from "../terminal/printable.js";
import { type Column, tableLines } from "../terminal/table.js";
import { treeBranches } from "../terminal/tree-branches.js";
import type { LsOptions } from "./ls.js";

const FILE_COLUMNS: readonly Column[] = [
  { title: "NAME" },
  { title: "CLASS", canShrink: true },
  { title: "GID", canShrink: true },
  { title: "SIZE", align: "right" },
  { title: "CREATED" },
  { title: "DATA", canShrink: true },
  { title: "NOTE", canShrink: true },
];

const PROJECT_COLUMNS: readonly Column[] = [
  { title: "NAME" },
  { title: "OPERATIONS", align: "right" },
  { title: "FILES", align: "right" },
  { title: "SIZE", align: "right" },
  { title: "DESCRIPTION", canShrink: true },
  { title: "NOTE", canShrink: true },
];

export async function printProject(
  context: Context,
  path: string,
  project: Project,
  options: LsOptions,
): Promise<void> {
  if (options.json === true) {
    await context.print(jsonText({ project: path, ...project }, 2));
    return;
  }
  if (project.reason !== undefined) await context.note(`tvb-storage: ${printable(project.reason)}`);
  const { operations } = project;
  if (options.tree === true) {
    const depths = operations.flatMap(({ files }) => [1, ...files.map(() => 2)]);
    const branches = treeBranches([0, ...depths]);
    const rows = operations.flatMap(({ name, files }) => [
      [name],
      ...files.map((file) => rowOf(file.name, file, options)),
    ]);
    const drawn = [[project.name], ...rows].map(([name = "", ...cells], index) => [
      (branches[index] ?? "") + printable(name),
      ...cells,
    ]);
    await printTable(context, FILE_COLUMNS, drawn);
    return;
  }
  const rows = operations.flatMap(({ name, files }) =>
    files.length === 0
      ? [[`${printable(name)}/`]]
      : files.map((file) => rowOf(`${name}/${file.name}`, file, options)),
  );
  await printTable(context, FILE_COLUMNS, rows);
}

export async function printDataFiles(
  context: Context,
  path: string,
  files: readonly DataFile[],
  options: LsOptions,
): Promise<void> {
  if (options.json === true) {
    await context.print(jsonText({ folder: path, files }, 2));
    return;
  }
  await printTable(
    context,
    FILE_COLUMNS,
    files.map((file) => rowOf(file.name, file, options)),
  );
}

export async function printProjects(
  context: Context,
  path: string,
  projects: readonly ProjectSummary[],
  options: LsOptions,
): Promise<void> {
  if (options.json === true) {
    await context.print(jsonText({ folder: path, projects }, 2));
    return;
  }
  const rows = projects.map(({ name, operations, files, bytes, metadata, reason = "" }) => [
    printable(name),
    String(operations),
    String(files),
    sizeText(bytes, options),
    printable(typeof metadata["description"] === "string" ? metadata["description"] : ""),
    printable(reason),
  ]);
  await printTable(context, PROJECT_COLUMNS, rows);
}

function rowOf(name: string, file: DataFile, options: LsOptions): string[] {
  const { data } = file;
  return [
    printable(name),
    printable(file.class ?? ""),
    printable(file.gid ?? ""),
    sizeText(file.bytes, options),
    // Without the fraction of the second.
    file.created?.slice(0, 19) ?? "",
    data === undefined ? "" : printable(`${data.path} ${shapeText(data.shape ?? [])}`),
    printable(file.reason ?? ""),
  ];
}

function sizeText(bytes: number, { bytes: exact }: LsOptions): string {
  return exact === true ? String(bytes) : byteText(bytes);
}

async function printTable(
  context: Context,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): Promise<void> {
  const look = { width: context.terminal.stdout.columns, title: context.colours.bold };
  for (const line of tableLines(columns, rows, look)) await context.print(line);
}
