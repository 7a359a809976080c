import { InvalidArgumentError } from "commander";
import type { LsOptions } from "../ls/ls.js";
import type { DefineCommand } from "../program.js";
import { withExamples, withJson } from "./shared-options.js";

export const lsCommand: DefineCommand = (command, context) => {
  command
    .description("list the nodes of a file, the data files of a project, the projects of a storage root")
    .argument("<path>", "a file, a project's folder, or a folder of projects")
    .argument("[node]", "of a file: the group to list, or a dataset (default: all)")
    .option("--tree", "draw groups, or operations, as a tree")
    .option("--depth <n>", "levels of groups to list (default: all)", levels)
    .option("--bytes", "sizes in bytes, exactly");
  withJson(command).action(async (path: string, node: string | undefined, options: LsOptions) => {
    const { ls } = await import("../ls/ls.js");
    await ls(context, path, node, options);
  });
  withExamples(command, [
    ["ls TimeSeries.h5", "every group and dataset, with type, shape, chunks and stored size"],
    ["ls --tree TimeSeries.h5 /stimulus", "a group as a tree"],
    ["ls PROJECTS/Epilepsy", "the operations of a project with their data files"],
    ["ls --json TimeSeries.h5", "for other programs"],
  ]);
};

function levels(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 0.");
  return Number(text);
}
