import type { DefineCommand } from "../program.js";
import type { ViewFlags } from "../view/view.js";
import { withExamples, withJson } from "./shared-options.js";

export const viewCommand: DefineCommand = (command, context) => {
  command
    .description("show files, a project or a storage root in the browser, until Ctrl-C")
    .argument("[path]", "a file, a Zarr hierarchy, or a folder with all beneath it", ".")
    .option("--port <n>", "of 127.0.0.1 (default: a free one)")
    .option("--no-open", "only print the address, open no browser");
  withJson(command, "the address as one line of JSON").action(async (path: string, flags: ViewFlags) => {
    const { view } = await import("../view/view.js");
    await view(context, path, flags);
  });
  withExamples(command, [
    ["view PROJECTS/Epilepsy", "a project, in the browser of this machine"],
    ["view", "what is in this folder"],
    ["view Connectivity.h5 --no-open", "one file; the address is printed"],
    ["view storage --port 8080 --no-open", "on another machine, after ssh -L 8080:127.0.0.1:8080 to it"],
  ]);
};
