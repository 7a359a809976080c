import { expect, test } from "vitest";
import { byteSize, comparisonTable, isVerified, pythonLines, remarks } from "../src/report.js";
import type { ComparedFile } from "../src/verify.js";

const same = { kind: "same" } as const;
const series: ComparedFile = {
  name: "2/TimeSeriesRegion_0123456789abcdef0123456789abcdef.h5",
  bytes: 2048,
  sameBytes: true,
  datatype: {
    verdict: same,
    datasets: [
      {
        node: {
          path: "/data",
          kind: "dataset",
          dtype: "float64",
          shape: [10, 1, 76, 1],
          maxShape: [null, 1, 76, 1],
          storedBytes: 6080,
        },
        verdict: same,
      },
      {
        node: { path: "/odd", kind: "dataset", dtype: "opaque", shape: [] },
        verdict: { kind: "unreadable", reason: "opaque cannot be represented" },
      },
    ],
  },
};
const plain: ComparedFile = { name: "Project.xml", bytes: 100, sameBytes: true };

test("the table shows file, dataset, shape with growing axes, dtype, size and verdict", () => {
  const cells = comparisonTable([series, plain], false)
    .split("\n")
    .filter((line) => line.startsWith("│"))
    .map((line) =>
      line
        .split("│")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  expect(cells).toEqual([
    ["file", "dataset", "shape", "dtype", "size", "verified"],
    ["2/TimeSeriesRegion_01234567….h5", "", "", "", "2.0 KiB", "yes"],
    ["", "/data", "10+ × 1 × 76 × 1", "float64", "5.9 KiB", "yes"],
    ["", "/odd", "scalar", "opaque", "", "as bytes"],
    ["Project.xml", "", "", "", "100 B", "yes"],
  ]);
});

test("values that cannot be read are vouched for by equal bytes, with a remark", () => {
  expect(isVerified(series)).toBe(true);
  expect(isVerified({ ...series, sameBytes: false })).toBe(false);
  expect(remarks([series])).toEqual([
    `${series.name}: opaque cannot be represented (compared byte for byte instead)`,
  ]);
});

test("a difference in a dataset, in the structure or in the bytes is not verified", () => {
  const different = { kind: "different", reason: "/data differs" } as const;
  const changed: ComparedFile = { ...series, datatype: { verdict: different, datasets: [] } };
  expect(isVerified(changed)).toBe(false);
  expect(comparisonTable([changed], false)).toContain("NO");
  expect(remarks([changed])).toEqual([`${series.name}: /data differs`]);
  expect(remarks([{ ...plain, sameBytes: false }])).toEqual(["Project.xml: the bytes of the copy differ"]);
});

test("sizes are given in the unit that fits", () => {
  expect([0, 512, 1536, 15_300_000, 2 ** 41].map(byteSize)).toEqual([
    "0 B",
    "512 B",
    "1.5 KiB",
    "14.6 MiB",
    "2.0 TiB",
  ]);
});

test("the Python lines quote a path with spaces", () => {
  expect(pythonLines("/tmp/a b.h5", "data")).toEqual([
    "import h5py",
    'f = h5py.File("/tmp/a b.h5", "r")',
    'print(dict(f.attrs), f["data"])',
  ]);
});
