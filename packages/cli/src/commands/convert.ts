import { Option } from "commander";
import type { ConvertFlags } from "../convert/convert.js";
import type { DefineCommand } from "../program.js";
import { withDryRun, withExamples } from "./shared-options.js";

const BLOSC = ["blosclz", "lz4", "lz4hc", "zlib", "zstd"];

export const convertCommand: DefineCommand = (command, context) => {
  command
    .description("convert a file to another format, or a dataset to or from .npy")
    .argument("<from>", "a file, or an array of numpy (.npy)")
    .argument("<to>", "the file to make; its extension says the format, .zarr a folder")
    .option("--dataset <path>", "the dataset that goes to, or comes from, a .npy file")
    .option("--field <name>", "the field of a compound type that goes to a .npy file")
    .option("--gzip <level>", "compress datasets by gzip at this level, from 0 to 9")
    .option("--shuffle", "sort the bytes of numbers before they are compressed; needs --gzip")
    .option("--chunks <shape>", "store datasets of so many axes in chunks of this shape, such as 100,76")
    .addOption(
      new Option("--zarr-format <version>", "the version of a Zarr hierarchy that is made").choices([
        "2",
        "3",
      ]),
    )
    .option("--zstd <level>", "of Zarr: compress datasets by zstd at this level, from 1 to 22")
    .addOption(
      new Option("--blosc <compressor>", "of Zarr: compress datasets by blosc with this compressor").choices(
        BLOSC,
      ),
    )
    .option("--shards <shape>", "of Zarr version 3: put so many --chunks into one object, such as 1000,76")
    .option("--overwrite", "replace the file, or the dataset, that is there")
    .option("--allow-loss", "convert also where not all can be carried over; status 1 then")
    .action(async (from: string, to: string, flags: ConvertFlags) => {
      const { convert } = await import("../convert/convert.js");
      await convert(context, from, to, flags);
    });
  withDryRun(command);
  withExamples(command, [
    ["convert a.h5 b.h5 --gzip 4 --shuffle", "the same content, compressed"],
    ["convert a.h5 x.npy --dataset /data", "a dataset for numpy.load"],
    ["convert x.npy a.h5 --dataset /results/x", "an array of numpy.save into a file, which may be there"],
    ["convert a.h5 a.zarr --zstd 3", "a Zarr hierarchy, for zarr-python, xarray and Dask"],
    ["convert a.zarr b.h5", "and back"],
    ["convert a.h5 b.h5 --dry-run", "what would be converted"],
  ]);
};
