import { Argument } from "commander";
import { SHELLS, type Shell } from "../completion/shells.js";
import type { DefineCommand } from "../program.js";
import { withExamples } from "./shared-options.js";

export const completeCommand: DefineCommand = (command, context) => {
  command
    .description("print the script that makes a shell complete commands, options, files and nodes")
    .addArgument(new Argument("<shell>", "the shell").choices(SHELLS))
    .action(async (shell: Shell) => {
      const { shellScript } = await import("../completion/shell-script.js");
      await context.print(shellScript(shell));
    });
  withExamples(command, [
    [
      "complete bash > ~/.local/share/bash-completion/completions/tvb-storage",
      "for bash, where bash-completion is installed",
    ],
    ["complete zsh > ~/.zfunc/_tvb-storage", "for zsh, with ~/.zfunc in its fpath"],
    ["complete fish > ~/.config/fish/completions/tvb-storage.fish", "for fish"],
  ]);
};
