import type { CompactFlags } from "../compact/compact.js";
import type { DefineCommand } from "../program.js";
import { withDryRun, withExamples, withJson } from "./shared-options.js";

export const compactCommand: DefineCommand = (command, context) => {
  command
    .description("make files as small as their content allows, by a copy that takes their place")
    .argument("<paths...>", "HDF5 files, and folders with such")
    .action(async (paths: string[], flags: CompactFlags) => {
      const { compactPaths } = await import("../compact/compact.js");
      await compactPaths(context, paths, flags);
    });
  withDryRun(withJson(command));
  withExamples(command, [
    ["compact x.h5", "after datasets were removed from it"],
    ["compact PROJECTS", "all data files of all projects"],
    ["compact PROJECTS --dry-run", "how much could be freed at most"],
  ]);
};
