import { Option } from "commander";
import type { SetOptions } from "../attributes/set.js";
import { VALUE_TYPES } from "../attributes/value-types.js";
import type { DefineCommand } from "../program.js";
import { withDryRun, withExamples } from "./shared-options.js";

export const setCommand: DefineCommand = (command, context) => {
  command
    .description("set one key of the metadata of a node")
    .argument("<file>", "a file")
    .argument("<node>", "a group or dataset in it")
    .argument("<key>", "without the prefix TVB_")
    .argument("<value>", "what it is as JSON, else text")
    .addOption(
      new Option("--type <type>", "what VALUE is, as TVB stores it, or its type of elements").choices(
        VALUE_TYPES,
      ),
    )
    .option("--raw", "KEY as it is stored: the prefix TVB_ is not added")
    .option("--create", "a node that is missing becomes a dataset of shape (1,), as in TVB");
  withDryRun(command).action(
    async (file: string, node: string, key: string, value: string, options: SetOptions) => {
      const { set } = await import("../attributes/set.js");
      await set(context, file, node, key, value, options);
    },
  );
  withExamples(command, [
    ['set Signal.h5 / subject "Patient 3"', "a text"],
    ["set Signal.h5 /data sample_rate 512 --type float", "a number with its type"],
    ['set Signal.h5 / labels \'["left", "right"]\'', "a list"],
    ['set Signal.h5 / create_date "2024-05-06 07:08:09" --type date', "a date"],
  ]);
};
