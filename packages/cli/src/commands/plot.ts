import type { PlotFlags } from "../plot/plot.js";
import type { DefineCommand } from "../program.js";
import { withDryRun, withExamples } from "./shared-options.js";

export const plotCommand: DefineCommand = (command, context) => {
  command
    .description("draw a dataset as a PNG or SVG picture, labelled from the metadata")
    .argument("<file>", "an HDF5 file, or another that a backend knows")
    .argument("<dataset>", "its path in the file; one of one or two axes, or a part of it")
    .requiredOption("-o, --output <picture>", "a new file, its name ending in .png or .svg")
    .option("--overwrite", "replace the file of --output")
    .option("--select <selection>", 'a part of it, by numpy\'s indexing: "0:10, :, 3"')
    .option("--field <name>", "a field of a compound dataset; a.b for a nested one")
    .option("--kind <kind>", "line, heatmap or auto: lines where there are at most 12", "auto")
    .option("--title <text>", "default: the dataset and the file")
    .option("--width <pixels>", "default 1200")
    .option("--height <pixels>", "default 800")
    .option("--log", "logarithms of the values; those not above 0 are left out")
    .option("--colours <map>", "of a heat map: viridis, magma, rdbu (blue to red, white at 0), grey")
    .action(async (path: string, dataset: string, flags: PlotFlags) => {
      const { plot } = await import("../plot/plot.js");
      await plot(context, path, dataset, flags);
    });
  withDryRun(command);
  withExamples(command, [
    ["plot x.h5 weights -o weights.png", "a matrix as a heat map"],
    ['plot x.h5 data --select ":, 0, :5, 0" -o data.svg', "five time series as lines"],
    ["plot x.h5 weights --log --colours magma -o weights.svg --title 'Weights'", "with a title and colours"],
  ]);
};
