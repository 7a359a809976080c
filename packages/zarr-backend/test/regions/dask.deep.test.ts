import { execFileSync } from "node:child_process";
import { describe, expect } from "vitest";
import { dask, itWith } from "../../../../test/support/judges.ts";
import { temporaryFolder } from "../../../../test/support/temporary-folder.ts";
import { ZarrStorageManager } from "../../src/index.ts";

const folder = temporaryFolder("dask");

describe("Dask", () => {
  itWith(dask)("writes regions of an array that was made here, and reads those of others", async () => {
    const path = folder("dask.zarr");
    const m = new ZarrStorageManager(path, { format: 2 });
    const dimensionNames = ["time", "region"];
    await m.createArray("x", { dtype: "float64", shape: [8, 6], chunks: [4, 6], dimensionNames });
    const script = `
import sys, json, numpy as np, zarr, xarray, dask.array as da
sys.dont_write_bytecode = True
path, step = sys.argv[1], sys.argv[2]
def shown(): return [[None if np.isnan(v) else v for v in row] for row in da.from_zarr(path, "x").compute()]
if step == "dask":
  before = shown()
  rows = da.from_array(np.arange(24.).reshape(4, 6), chunks=(4, 6))
  rows.to_zarr(zarr.open(path, mode="r+")["x"], region=(slice(0, 4), slice(None)))
  print(json.dumps([before, shown()]))
else:
  more = xarray.Dataset({"x": (("time", "region"), np.arange(24., 48.).reshape(4, 6))}).chunk({"time": 4})
  more.to_zarr(path, region={"time": slice(4, 8)}, mode="r+")
  print(json.dumps(shown()))
`;
    const run = (step: string): unknown =>
      JSON.parse(execFileSync(dask.command, ["-c", script, path, step], { encoding: "utf8" }));
    const row = (first: number) => Array.from({ length: 6 }, (_, i) => first + i);
    const none = Array(6).fill(null);
    expect(run("dask")).toEqual([Array(8).fill(none), [...[0, 6, 12, 18].map(row), none, none, none, none]]);
    expect(await m.missingRegions("x")).toEqual([{ offset: [4, 0], shape: [4, 6] }]);
    expect(run("xarray")).toEqual([0, 6, 12, 18, 24, 30, 36, 42].map(row));
    await m.completeArray("x");
    expect([...(await m.getData("x")).data]).toEqual(Array.from({ length: 48 }, (_, i) => i));
  });

  itWith(dask)("makes an array without computing it, and regions are written here", async () => {
    const path = folder("lazy.zarr");
    const script = `
import sys, numpy as np, xarray
sys.dont_write_bytecode = True
x = xarray.Dataset({"x": (("time", "region"), np.zeros((8, 6), "f4"))}).chunk({"time": 4})
x.to_zarr(sys.argv[1], compute=False, consolidated=True)
`;
    execFileSync(dask.command, ["-c", script, path]);
    const m = new ZarrStorageManager(path);
    const data = Float32Array.from({ length: 24 }, (_, i) => i + 1);
    for (const offset of [4, 0])
      await m.writeRegion({ dtype: "float32", shape: [4, 6], data }, "x", { offset: [offset, 0] });
    expect(await m.missingRegions("x")).toEqual([]);
    const show = `
import sys, json, xarray
print(json.dumps(xarray.open_zarr(sys.argv[1])["x"].values.tolist()))`;
    const read: unknown = JSON.parse(execFileSync(dask.command, ["-c", show, path], { encoding: "utf8" }));
    const rows = [0, 1, 2, 3].map((i) => [...data.subarray(6 * i, 6 * i + 6)]);
    expect(read).toEqual([...rows, ...rows]);
    await expect(m.completeArray("x")).rejects.toThrow("another program made it");
  });
});
