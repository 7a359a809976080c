import type { DefineCommand } from "../program.js";

export const lsCommand: DefineCommand = (command, context) => {
  command
    .description("list the nodes of a file")
    .argument("<path>", "a file")
    .argument("[node]", "a group or dataset in it", "/")
    .action(async (path: string, node: string) => {
      const { ls } = await import("../ls/ls.js");
      await ls(context, path, node);
    });
};
