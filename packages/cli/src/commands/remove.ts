import type { DefineCommand } from "../program.js";
import { withDryRun, withExamples } from "./shared-options.js";

export const removeCommand: DefineCommand = (command, context) => {
  command
    .description("remove a node with all beneath it")
    .argument("<file>", "a file")
    .argument("<node>", "a group or dataset in it");
  withDryRun(command).action(async (file: string, node: string) => {
    const { remove } = await import("../nodes/remove.js");
    await remove(context, file, node);
  });
  command.addHelpText("after", "\nThe file keeps its size: its space is used again, and `compact` frees it.");
  withExamples(command, [
    ["remove Signal.h5 /stimulus --dry-run", "what would go"],
    ["remove Signal.h5 /stimulus", "it goes"],
  ]);
};
