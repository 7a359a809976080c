import type { DiffFlags } from "../diff/diff.js";
import type { DefineCommand } from "../program.js";
import { repeated, withExamples, withJson } from "./shared-options.js";

export const diffCommand: DefineCommand = (command, context) => {
  command
    .description("compare two files, or two projects: nodes, values, attributes")
    .argument("<a>", "a file, or the folder of a project")
    .argument("<b>", "what it is compared with")
    .argument("[node]", "compare this node, and what is beneath it", "/")
    .option("--rtol <number>", "values may differ by this, relative to b (as in numpy.allclose)", "0")
    .option("--atol <number>", "values may differ by this, added to the former", "0")
    .option("--no-equal-nan", "two NaN are different")
    .option("--layout", "compare chunks, filters and maximum shapes too")
    .option("-n, --first <count>", "list so many of the values that differ", "0")
    .option(
      "--ignore <name>",
      "leave out a node (/data, with all beneath), or attributes by their key; may be repeated",
      repeated,
      [],
    )
    .option("-q, --quiet", "print nothing; the exit status is the answer")
    .action(async (a: string, b: string, node: string, flags: DiffFlags) => {
      const { diff } = await import("../diff/diff.js");
      await diff(context, [a, b], node, flags);
    });
  withJson(command);
  withExamples(command, [
    [
      "diff a.h5 b.h5",
      "what differs, to the last bit; status 1 where something does, 2 where not all could be compared",
    ],
    [
      "diff a.h5 b.h5 /data --rtol 1e-6 -n 5",
      "one dataset with a tolerance, and the first five values that differ",
    ],
    ["diff a.h5 b.h5 --ignore create_date --ignore gid", "but for two attributes"],
    ["diff PROJECTS/Epilepsy copy/Epilepsy --quiet && echo same", "all files of two projects"],
  ]);
};
