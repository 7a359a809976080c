import type { DefineCommand } from "../program.js";
import { withExamples, withJson } from "./shared-options.js";

export const attrsCommand: DefineCommand = (command, context) => {
  command
    .description("list the metadata of a node with its types")
    .argument("<file>", "a file")
    .argument("[node]", "a group or dataset in it", "/")
    .option("--raw", "names and values as they are stored, with the prefix TVB_");
  withJson(command).action(
    async (file: string, node: string, options: { readonly json?: true; readonly raw?: true }) => {
      const { attrs } = await import("../attributes/attrs.js");
      await attrs(context, file, node, options);
    },
  );
  withExamples(command, [
    ["attrs TimeSeries.h5", "what the file says of itself"],
    ["attrs TimeSeries.h5 /data --json", "the metadata of a dataset, for other programs"],
    ["attrs weather.nc /temperature --raw", "of a file of another program"],
  ]);
};
