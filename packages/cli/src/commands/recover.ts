import type { DefineCommand } from "../program.js";
import type { RecoverFlags } from "../recover/recover.js";
import { withExamples, withJson } from "./shared-options.js";

export const recoverCommand: DefineCommand = (command, context) => {
  command
    .description("finish or discard what a writer that died has left")
    .argument("<paths...>", "HDF5 files, Zarr hierarchies, and folders with such")
    .option(
      "--force",
      "also where another program may have an HDF5 file open; if one writes it, this damages it",
    )
    .action(async (paths: string[], flags: RecoverFlags) => {
      const { recoverPaths } = await import("../recover/recover.js");
      await recoverPaths(context, paths, flags);
    });
  withJson(command);
  withExamples(command, [
    ["recover x.h5", "after a program that wrote it was killed"],
    ["recover PROJECTS", "all data files of all projects"],
    ["recover x.h5 --force", "clear the mark of a writer, when you know that no program has the file open"],
  ]);
};
