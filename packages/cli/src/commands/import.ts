import type { ImportFlags } from "../import/import.js";
import type { DefineCommand } from "../program.js";
import { withDryRun, withExamples } from "./shared-options.js";

export const importCommand: DefineCommand = (command, context) => {
  command
    .description("unpack the archive of a project, or of datatypes, into a storage root")
    .argument("<archive>", "a ZIP archive as `export` and The Virtual Brain make it, or a data file")
    .option("--root <folder>", "the storage root, in which PROJECTS is or will be", ".")
    .option("--project <name>", "for datatypes: the project that they go to")
    .option("--operation <id>", "for datatypes: the operation of the project that they go to, which is new")
    .option("--skip-existing", "for datatypes: leave out those that the project has already")
    .action(async (archive: string, flags: ImportFlags) => {
      const { importArchive } = await import("../import/import.js");
      await importArchive(context, archive, flags);
    });
  withDryRun(command);
  withExamples(command, [
    ["import epilepsy.zip --root storage", "a project, as storage/PROJECTS/<its name>"],
    ["import series.zip --root storage --project Epilepsy --operation 7", "datatypes, into a new operation"],
    ["import epilepsy.zip --dry-run", "what the archive holds, and whether it can be imported"],
  ]);
};
