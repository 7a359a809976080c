import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { itWith, zarrPython } from "../../../../test/support/judges.ts";
import { temporaryFolder } from "../../../../test/support/temporary-folder.ts";
import { ZarrStorageManager } from "../../src/index.ts";
import { EVERY_TYPE_IN_PYTHON, METADATA_IN_PYTHON, storeEveryType } from "./every-type.ts";

const folder = temporaryFolder("zarr-python");

function runPython(script: string, ...args: readonly string[]): unknown {
  const prelude = "import sys, json, zarr, xarray, numpy as np\nsys.dont_write_bytecode = True\n";
  const output = execFileSync(zarrPython.command, ["-c", prelude + script, ...args], { encoding: "utf8" });
  return JSON.parse(output);
}

describe("zarr-python reads what is written in version 2", () => {
  const SHOW = `
def show(root):
  types = {name: repr(each[...].tolist()) for name, each in root["types"].arrays()}
  others = {n: [root[n].dtype.str, list(root[n].chunks), repr(root[n][...].tolist())] for n in ["fixed", "scalar", "empty", "grown"]}
  chunked = root["chunked"]
  return {"types": types, "others": others, "sum": float(chunked[...].sum()), "last": chunked[9].tolist(),
    "attributes": {k: repr(v) for k, v in chunked.attrs.items() if k != "_ARRAY_DIMENSIONS"},
    "version": root.attrs["TVB_Data_version"]}
`;

  itWith(zarrPython)(
    "values, types, chunks and attributes, with and without consolidated metadata",
    async () => {
      const path = folder("written.zarr");
      const m = new ZarrStorageManager(path, { format: 2 });
      await storeEveryType(m);
      await m.closeFile();
      const found = runPython(
        `${SHOW}\nprint(json.dumps([show(zarr.open_consolidated(sys.argv[1])), show(zarr.open(sys.argv[1], mode="r"))]))`,
        path,
      );
      const right = {
        types: EVERY_TYPE_IN_PYTHON,
        others: {
          fixed: ["|S8", [2], "[b'ab', b'Gr\\xc3\\xb6\\xc3\\x9fe']"],
          scalar: ["<f8", [], "2.5"],
          empty: ["<i4", [1, 3], "[]"],
          grown: ["<i2", [4, 2], "[[0, 10, 20], [1, 11, 21]]"],
        },
        sum: 885,
        last: [27, 27.5, 28, 28.5, 29, 29.5],
        attributes: METADATA_IN_PYTHON,
        version: 5,
      };
      expect(found).toEqual([right, right]);
    },
  );

  itWith(zarrPython)("xarray opens it with named axes, and zeros stay zeros", async () => {
    const path = folder("labelled.zarr");
    const m = new ZarrStorageManager(path, { format: 2 });
    await m.storeData(
      [
        [0, 1],
        [2, 0],
      ],
      "weights",
    ); // prettier-ignore
    await m.storeData(Int32Array.of(0, 1), "indices");
    await m.closeFile();
    const script = `
with xarray.open_zarr(sys.argv[1]) as d:
  print(json.dumps({n: [list(d[n].dims), str(d[n].dtype), d[n].values.tolist()] for n in d.variables}))`;
    expect(runPython(script, path)).toEqual({
      weights: [
        ["weights_dim0", "weights_dim1"],
        "float64",
        [
          [0, 1],
          [2, 0],
        ],
      ], // prettier-ignore
      indices: [["indices_dim0"], "int32", [0, 1]],
    });
  });

  itWith(zarrPython)("what it appends and consolidates is read here, and grows here", async () => {
    const path = folder("appended.zarr");
    const m = new ZarrStorageManager(path, { format: 2 });
    await m.appendData(Float64Array.of(1, 2, 3), "x", { chunks: [2] });
    await m.setMetadata({ unit: "mV" }, "x");
    await m.closeFile();
    const script = `
root = zarr.open(sys.argv[1])
root["x"].append(np.array([4., 5.]))
root["x"].attrs["by"] = {"name": "Python", "at": [1, None]}
root["y"] = np.arange(3)
zarr.consolidate_metadata(sys.argv[1])
print("null")`;
    runPython(script, path);
    expect([...(await m.getData("x")).data]).toEqual([1, 2, 3, 4, 5]);
    expect([...(await m.getData("y")).data]).toEqual([0n, 1n, 2n]);
    await m.appendData(Float64Array.of(6), "x");
    await m.setMetadata({ more: 1 }, "x");
    await m.closeFile();
    const after = `
root = zarr.open_consolidated(sys.argv[1])
print(json.dumps([root["x"][...].tolist(), dict(root["x"].attrs)]))`;
    expect(runPython(after, path)).toEqual([
      [1, 2, 3, 4, 5, 6],
      { _ARRAY_DIMENSIONS: ["x_dim0"], TVB_unit: "mV", TVB_more: 1, by: { name: "Python", at: [1, null] } },
    ]);
  });
});

it("metadata comes back with its types", async () => {
  for (const format of [2, 3] as const) {
    const path = folder(`types-${format}.zarr`);
    const m = new ZarrStorageManager(path, { format });
    await storeEveryType(m);
    const read = await m.getMetadata("chunked");
    expect(read["large"]).toBe(9007199254740993n);
    expect(read["largest"]).toBe(18446744073709551615n);
    expect(read["whole"]).toBe(3);
    expect(read["yes"]).toBe(true);
    expect(read["typed"]).toEqual({ dtype: "float32", shape: [2], data: Float32Array.of(0.5, 1) });
    expect(read["none"]).toEqual({ dtype: "int64", shape: [0], data: new BigInt64Array(0) });
    expect(read["complex"]).toEqual({ dtype: "complex128", shape: [], data: Float64Array.of(1, -2) });
    expect(read["list"]).toEqual({ dtype: "int64", shape: [3], data: BigInt64Array.of(1n, 2n, 3n) });
  }
});
