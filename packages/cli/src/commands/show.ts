import type { DefineCommand } from "../program.js";
import type { ShowFlags } from "../show/show.js";
import { withDryRun, withExamples, withJson } from "./shared-options.js";

export const showCommand: DefineCommand = (command, context) => {
  command
    .description("show the values of a dataset, as numpy prints them")
    .argument("<file>", "an HDF5 file, or another that a backend knows")
    .argument("<dataset>", "its path in the file")
    .option("--select <selection>", 'a part of it, by numpy\'s indexing: "0:10, :, 3"')
    .option("--field <name>", "a field of a compound dataset; a.b for a nested one")
    .option("--all", "all values, also of a long array")
    .option("--stats", "count, NaN, zeros, min, max, mean and standard deviation")
    .option("--plot [kind]", "draw it: auto, line, histogram or heatmap")
    .option("--csv", "as CSV (RFC 4180), a line for each row of the last axis")
    .option("--npy", "as a .npy file of numpy")
    .option("--width <characters>", "of a line; default the terminal's, or 75")
    .option("--height <lines>", "of a plot")
    .option("-o, --output <file>", "write to a file, which appears when it is complete")
    .option("--overwrite", "replace the file of --output")
    .action(async (path: string, dataset: string, flags: ShowFlags) => {
      const { show } = await import("../show/show.js");
      await show(context, path, dataset, flags);
    });
  withJson(command, "nested JSON lists, or with --stats one object");
  withDryRun(command);
  withExamples(command, [
    ["show x.h5 weights", "a matrix, its middle left out where it is long"],
    ['show x.h5 data --select "0:10, :, 3" --csv', "ten rows as CSV"],
    ["show x.h5 data --stats", "what its values are like, without holding them in memory"],
    ["show x.h5 data --plot heatmap", "a picture in the terminal"],
    ["show x.h5 data --npy -o data.npy", "a file for numpy.load"],
  ]);
};
