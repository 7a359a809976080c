import type { DefineCommand } from "../program.js";
import type { ProjectsFlags } from "../projects/projects.js";
import { withExamples, withJson } from "./shared-options.js";

export const projectsCommand: DefineCommand = (command, context) => {
  command
    .description("list the projects of a storage root")
    .argument("[root]", "the storage root, in which PROJECTS is", ".")
    .option("--bytes", "sizes in bytes, exactly")
    .action(async (root: string, flags: ProjectsFlags) => {
      const { projects } = await import("../projects/projects.js");
      await projects(context, root, flags);
    });
  withJson(command);
  withExamples(command, [
    ["projects storage", "names, counts of operations and datatypes, sizes, dates"],
    ["projects storage --json", "the same for other programs"],
  ]);
};
