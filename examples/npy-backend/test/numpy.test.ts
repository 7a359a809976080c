import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { ArrayInput } from "@tvb-storage/core";
import { expect } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { npyBackend } from "../src/index.js";

// numpy is the judge of what a .npy file is.

const folder = temporaryFolder("npy");

const PROGRAM = `
import json, sys, numpy
array = numpy.load(sys.argv[1], allow_pickle=False)
values = [str(v) for v in array.ravel().tolist()]
print(json.dumps([str(array.dtype), list(array.shape), values]))
`;

import { itWith, numpy } from "../../../test/support/judges.js";

/** The file of a dataset in the root, as the catalogue has it. */
function fileOf(folder: string, name: string): string {
  const { nodes } = JSON.parse(readFileSync(`${folder}/index.json`, "utf8"));
  return `${folder}/${nodes[`/${name}`].file}`;
}

function loaded(path: string): unknown {
  return JSON.parse(execFileSync(numpy.command, ["-c", PROGRAM, path], { encoding: "utf8" }));
}

const datasets: readonly {
  name: string;
  data: ArrayInput;
  found: [dtype: string, shape: number[], values: string[]];
}[] = [
  {
    name: "float64",
    data: [
      [0.1, -2],
      [3, 4],
    ],
    found: ["float64", [2, 2], ["0.1", "-2.0", "3.0", "4.0"]],
  }, // prettier-ignore
  { name: "float32", data: Float32Array.of(0.5, 2), found: ["float32", [2], ["0.5", "2.0"]] },
  { name: "int8", data: Int8Array.of(-128, 127), found: ["int8", [2], ["-128", "127"]] },
  { name: "uint16", data: Uint16Array.of(65535), found: ["uint16", [1], ["65535"]] },
  { name: "int64", data: [-9007199254740993n], found: ["int64", [1], ["-9007199254740993"]] },
  { name: "uint64", data: [18446744073709551615n], found: ["uint64", [1], ["18446744073709551615"]] },
  { name: "bool", data: [true, false], found: ["bool", [2], ["True", "False"]] },
  {
    name: "complex128",
    data: { dtype: "complex128", shape: [2], data: Float64Array.of(1, 2, 0, -1) },
    found: ["complex128", [2], ["(1+2j)", "-1j"]],
  },
  { name: "string", data: ["left", "naïve ☃ 🧠", ""], found: ["<U9", [3], ["left", "naïve ☃ 🧠", ""]] },
  { name: "scalar", data: 7.5, found: ["float64", [], ["7.5"]] },
  {
    name: "empty",
    data: { dtype: "float64", shape: [0, 3], data: new Float64Array(0) },
    found: ["float64", [0, 3], []],
  },
];

itWith(numpy).each(datasets)("numpy loads the file of $name", async ({ name, data, found }) => {
  const path = folder("types.npyd");
  await npyBackend.open(path).storeData(data, name);
  expect(loaded(fileOf(path, name))).toEqual(found);
});

itWith(numpy)("numpy loads an array that was appended to", async () => {
  const path = folder("series.npyd");
  await using manager = npyBackend.open(path);
  await manager.appendData([[1, 2]], "data", { growDimension: 0 });
  for (const row of [3, 5])
    await manager.appendData([[row, row + 1]], "data", { growDimension: 0, closeFile: false });
  await manager.closeFile();
  expect(loaded(fileOf(path, "data"))).toEqual([
    "float64",
    [3, 2],
    ["1.0", "2.0", "3.0", "4.0", "5.0", "6.0"],
  ]);
});

itWith(numpy)("a file that numpy saved in a dataset's place is read", async () => {
  const path = folder("saved.npyd");
  await npyBackend.open(path).storeData(new Int32Array(4), "x");
  const program = `import sys, numpy; numpy.save(sys.argv[1], numpy.arange(6, dtype="<i4").reshape(2, 3))`;
  execFileSync(numpy.command, ["-c", program, fileOf(path, "x")]);
  expect(await npyBackend.open(path).getData("x")).toEqual({
    dtype: "int32",
    shape: [2, 3],
    data: Int32Array.of(0, 1, 2, 3, 4, 5),
  });
});
