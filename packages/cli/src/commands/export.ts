import type { ExportFlags } from "../export/export.js";
import type { DefineCommand } from "../program.js";
import { repeated, withDryRun, withExamples } from "./shared-options.js";

export const exportCommand: DefineCommand = (command, context) => {
  command
    .description("make a ZIP archive of a project, or of a datatype with what it refers to")
    .argument("<what>", "the folder of a project, its name with --root, or a data file of one")
    .argument("<target>", "the archive to make, or a folder for it")
    .option("--root <folder>", "the storage root, in which PROJECTS is; default: found from <what>")
    .option(
      "--without <operation>",
      "leave out an operation, such as one that failed; may be repeated",
      repeated,
      [],
    )
    .option("--complete", "make nothing where something that is referred to is missing")
    .action(async (what: string, target: string, flags: ExportFlags) => {
      const { exportArchive } = await import("../export/export.js");
      await exportArchive(context, what, target, flags);
    });
  withDryRun(command);
  withExamples(command, [
    [
      "export storage/PROJECTS/Epilepsy epilepsy.zip",
      "a project; status 1 where it refers to something missing",
    ],
    ["export Epilepsy archives --root storage", "the same, named by date and project, into a folder"],
    [
      "export storage/PROJECTS/Epilepsy/2/TimeSeries_0011...eeff.h5 series.zip",
      "a datatype with all that it refers to",
    ],
  ]);
};
