import { expect, it } from "vitest";
import { sortFiles } from "../src/sources/sort-files.js";

const paths = (files: readonly { readonly path: string }[]): string[] => files.map(({ path }) => path);

it("sorts the files of a project's folder by what they are", () => {
  const sorted = sortFiles(
    [
      "Epilepsy/Project.xml",
      "Epilepsy/1/Operation.xml",
      "Epilepsy/1/Connectivity_1.h5",
      "Epilepsy/1/Series.zarr/zarr.json",
      "Epilepsy/1/Series.zarr/data/c/0/0",
      // Known by what is in it.
      "Epilepsy/2/series/.zgroup",
      "Epilepsy/2/series/data.h5/.zarray",
      "Epilepsy/IMAGES/figure.png",
      "Epilepsy/IMAGES/figure.xml",
      "Epilepsy/.DS_Store",
      "Epilepsy/.git/config.h5",
      "Epilepsy/old.ZIP",
      "Epilepsy/recording",
    ].map((path) => ({ path })),
  );
  expect(paths(sorted.files)).toEqual([
    "Epilepsy/Project.xml",
    "Epilepsy/1/Operation.xml",
    "Epilepsy/1/Connectivity_1.h5",
    "Epilepsy/IMAGES/figure.png",
  ]);
  expect([...sorted.hierarchies].map(([path, entries]) => [path, [...entries.keys()]])).toEqual([
    ["Epilepsy/1/Series.zarr", ["zarr.json", "data/c/0/0"]],
    ["Epilepsy/2/series", [".zgroup", "data.h5/.zarray"]],
  ]);
  expect(paths(sorted.archives)).toEqual(["Epilepsy/old.ZIP"]);
  expect(paths(sorted.unknown)).toEqual(["Epilepsy/recording"]);
  expect(paths(sorted.others)).toEqual([
    "Epilepsy/IMAGES/figure.xml",
    "Epilepsy/.DS_Store",
    "Epilepsy/.git/config.h5",
  ]);
});
