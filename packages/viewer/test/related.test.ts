import { type NDArray, ndarray } from "@tvb-storage/core/arrays";
import { expect, it } from "vitest";
import { channelLabels } from "../src/project/region-labels.js";
import { fileOfDatatype, referencesOf, relatedDatatype } from "../src/project/related.js";
import { MemoryDataFile, scalar } from "./support/memory-data-file.js";
import { sourceOf } from "./support/source-of.js";

const A = "00112233445566778899aabbccddeeff";
const B = "0f0e0d0c0b0a09080706050403020100";

it("finds the datatypes that a file names, as TVB 1 and 2 write them", () => {
  expect(
    referencesOf({
      gid: `urn:uuid:${B}`, // its own
      Connectivity: "00112233-4455-6677-8899-AABBCCDDEEFF",
      time_series: "urn:uuid:0f0e0d0c-0b0a-0908-0706-050403020100",
      source: "TimeSeries_1.h5", // a name, not a GID
      title: A, // no attribute that names another datatype
      parent_burst: `urn:uuid:${A}`, // the simulation, which is no datatype
    }),
  ).toEqual([
    { name: "connectivity", gid: A },
    { name: "time_series", gid: B },
  ]);
});

it("finds lists of them, as JSON and as an array, and any other attribute with a GID as a URN", () => {
  expect(
    referencesOf({
      monitors: JSON.stringify([A, B]),
      none: "[]",
      mixed: JSON.stringify([A, 1]),
      broken: "[",
      an_array: ndarray([`urn:uuid:${B}`]),
      numbers: ndarray([1, 2]),
      stimulus: `urn:uuid:${A}`,
    }),
  ).toEqual([
    { name: "an_array", gid: B },
    { name: "monitors", gid: A },
    { name: "monitors", gid: B },
    { name: "stimulus", gid: A },
  ]);
});

it("takes any attribute with the GID of an open file for a reference", () => {
  const metadata = { user_tag_1: A, parent_burst: `urn:uuid:${A}`, user_tag_2: B };
  expect(referencesOf(metadata, (gid) => gid === A)).toEqual([
    { name: "parent_burst", gid: A },
    { name: "user_tag_1", gid: A },
  ]);
});

it("finds the file of a datatype by its name, in the source that was opened first", () => {
  const sources = [
    sourceOf("folder", `1/Connectivity_${A.toUpperCase()}.h5`),
    sourceOf("archive", `Connectivity_${A}.h5`),
  ];
  expect(fileOfDatatype(sources, A)?.id).toBe(`folder-1/1/Connectivity_${A.toUpperCase()}.h5`);
  expect(fileOfDatatype(sources, B)).toBeUndefined();
});

it("finds the one that is nearest to the file that names it, where a project is open twice", () => {
  const storage = sourceOf(
    "folder",
    `a/P/1/Connectivity_${A}.h5`,
    `b/P/1/Connectivity_${A}.h5`,
    "b/P/2/x.h5",
  );
  const [, near, file] = storage.files;
  expect(fileOfDatatype([storage], A, file)).toBe(near);
});

it("follows references to the nearest copies, not to another project's", async () => {
  const paths = ["a", "b"].flatMap((copy) => [
    `${copy}/TimeSeriesRegion_${A}.h5`,
    `${copy}/Connectivity_${B}.h5`,
    `${copy}/correlations.h5`,
  ]);
  const folder = sourceOf("folder", ...paths);
  const files = folder.files.map((file) => {
    const named = file.path.includes("TimeSeries") ? { connectivity: scalar(`urn:uuid:${B}`) } : {};
    return { ...file, data: () => Promise.resolve(new MemoryDataFile({}, named)) };
  });
  const summary = { nodes: [], metadata: { time_series: `urn:uuid:${A}` } };
  for (const [file, expected] of [
    [files[5], "b/Connectivity"],
    [files[2], "a/Connectivity"],
  ] as const) {
    const found = file && (await relatedDatatype([{ ...folder, files }], file, summary, "connectivity"));
    expect(found?.file.path).toBe(`${expected}_${B}.h5`);
  }
});

it("names channels by sensors where sensors measured them, though there are as many regions", async () => {
  const text = (value: string): NDArray => ({ dtype: "string", shape: [1], data: [value] });
  const files = [
    { path: `Connectivity_${A}.h5`, data: new MemoryDataFile({ "/region_labels": text("lV1") }) },
    { path: `SensorsEEG_${B}.h5`, data: new MemoryDataFile({ "/labels": text("Cz") }) },
  ];
  const source = sourceOf("folder", ...files.map(({ path }) => path));
  const opened = source.files.map((file, at) => ({
    ...file,
    data: () => Promise.resolve(files[at]?.data ?? new MemoryDataFile({})),
  }));
  const [file] = opened;
  if (file === undefined) throw new Error("the source has files");
  const metadata = { connectivity: `urn:uuid:${A}`, sensors: `urn:uuid:${B}` };
  const namesOf = (className: string) =>
    channelLabels(
      [{ ...source, files: opened }],
      file,
      new MemoryDataFile({}),
      { nodes: [], metadata, className },
      1,
    );
  expect(await namesOf("TimeSeriesEEG")).toEqual(["Cz"]);
  expect(await namesOf("TimeSeriesRegion")).toEqual(["lV1"]);
  expect(await namesOf("TimeSeriesSurface")).toBeUndefined();
});
