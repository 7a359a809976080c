import { expect, it } from "vitest";
import { regionColour } from "../src/views/surface/region-colours.js";
import { readMapping, vertexCounts } from "../src/views/surface/region-mapping.js";
import { drawableTriangles } from "../src/views/surface/surface.js";
import { MemoryDataFile } from "./support/memory-data-file.js";
import { sourceOf } from "./support/source-of.js";

it("draws the triangles whose vertices are there, and says which are not", () => {
  const vertices = [0, 0, 0, 1, 0, 0, 0, 1, 0, Number.NaN, 0, 0];
  expect(drawableTriangles([0, 1, 2], vertices)).toEqual({
    triangles: Uint32Array.of(0, 1, 2),
    problems: [],
  });
  const { triangles, problems } = drawableTriangles([0, 1, 4, 2, 1, 0, 0, 1, 3, -1, 0, 1], vertices);
  expect([...triangles]).toEqual([2, 1, 0]);
  expect(problems).toEqual([
    "2 of 4 triangles name vertices that are not there, and are left out: triangle 0 names vertex 4, there are 4.",
    "1 triangles have a vertex that is not a number, and are left out.",
  ]);
});

it("gives regions beside one another different colours, and 21 regions their own", () => {
  expect([-1, 0, 3].map(regionColour)).toEqual(["#808080", "#e69f00", "#f0e442"]);
  expect(new Set(Array.from({ length: 21 }, (_, region) => regionColour(region))).size).toBe(21);
});

it("counts vertices by region", () => {
  const regions = Int32Array.of(0, 2, 2, -1);
  expect(vertexCounts({ regions, labels: ["a", "b", "c"] })).toEqual({
    counts: [1, 0, 2],
    without: 1,
  });
});

it("has no region for an index that no parcellation has", async () => {
  const values = Float64Array.of(0, 2, 2 ** 32, 2e9, -3, 0.5, Number.NaN);
  const data = new MemoryDataFile({ "/array_data": { dtype: "float64", shape: [7], data: values } });
  const source = sourceOf("files", "RegionMapping.h5");
  const [file] = source.files;
  if (file === undefined) throw new Error("the source has a file");
  const summary = { nodes: await data.list(), metadata: {}, className: "RegionMapping" };
  const mapping = await readMapping([source], file, data, summary, new AbortController().signal);
  expect([...mapping.regions]).toEqual([0, 2, -1, -1, -1, -1, -1]);
  expect(mapping.labels).toEqual(["Region 0", "Region 1", "Region 2"]);
});
