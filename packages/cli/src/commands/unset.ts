import type { DefineCommand } from "../program.js";
import { withDryRun, withExamples } from "./shared-options.js";

export const unsetCommand: DefineCommand = (command, context) => {
  command
    .description("remove one key of the metadata of a node")
    .argument("<file>", "a file")
    .argument("<node>", "a group or dataset in it")
    .argument("<key>", "without the prefix TVB_")
    .option("--raw", "KEY as it is stored: the prefix TVB_ is not added");
  withDryRun(command).action(
    async (file: string, node: string, key: string, options: { readonly raw?: true }) => {
      const { unset } = await import("../attributes/set.js");
      await unset(context, file, node, key, options);
    },
  );
  withExamples(command, [
    ["unset Signal.h5 / parent_burst", "the key of the file"],
    ["unset weather.nc /temperature scale_factor --raw --dry-run", "of a file of another program, on trial"],
  ]);
};
