import type { DefineCommand } from "../program.js";
import type { VerifyFlags } from "../verify/verify.js";
import { withExamples, withJson } from "./shared-options.js";

export const verifyCommand: DefineCommand = (command, context) => {
  command
    .description("check files, and all files beneath folders, for damage: HDF5, ZIP archives, XML")
    .argument("<paths...>", "files and folders")
    .action(async (paths: string[], flags: VerifyFlags) => {
      const { verifyPaths } = await import("../verify/verify.js");
      await verifyPaths(context, paths, flags);
    });
  withJson(command);
  withExamples(command, [
    ["verify x.h5", "every structure and every chunk of a file; status 1 where there is damage"],
    ["verify PROJECTS export.zip", "all files of all projects, and an archive"],
    ["verify PROJECTS --json", "the same for other programs"],
  ]);
};
