import type { DefineCommand } from "../program.js";
import { withDryRun, withExamples } from "./shared-options.js";

export const copyCommand: DefineCommand = (command, context) => {
  command
    .description("copy a node with all beneath it, within a file or to another one")
    .argument("<source>", "a file")
    .argument("<node>", "a group or dataset in it")
    .argument("<target>", "a file, created where it is missing; also the same one")
    .argument("[target-node]", "the path of the copy (default: that of the node)")
    .option("--overwrite", "replace what is there");
  withDryRun(command).action(
    async (
      source: string,
      node: string,
      target: string,
      targetNode: string | undefined,
      options: { readonly overwrite?: true },
    ) => {
      const { copy } = await import("../nodes/copy.js");
      await copy(context, { path: source, node }, { path: target, node: targetNode ?? node }, options);
    },
  );
  command.addHelpText(
    "after",
    "\nThe exit status is 1 where the copy lacks something of the source, which stderr names.",
  );
  withExamples(command, [
    ["copy Signal.h5 /data Other.h5", "a dataset to the same place in another file"],
    ["copy Signal.h5 /run1 Signal.h5 /run2", "a group within a file"],
    ["copy Signal.h5 / Whole.h5", "all of a file"],
  ]);
};
