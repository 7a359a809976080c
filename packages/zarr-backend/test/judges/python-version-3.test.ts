import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect } from "vitest";
import { itWith, numpy } from "../../../../test/support/judges.ts";
import { temporaryFolder } from "../../../../test/support/temporary-folder.ts";
import { ZarrStorageManager } from "../../src/index.ts";
import { EVERY_TYPE_IN_PYTHON, METADATA_IN_PYTHON, storeEveryType } from "./every-type.ts";

const folder = temporaryFolder("python-version-3");
const script = fileURLToPath(new URL("read_version_3.py", import.meta.url));

interface Node {
  readonly attributes: Readonly<Record<string, string>>;
  readonly dtype?: string;
  readonly shape?: readonly number[];
  readonly values?: string;
  readonly names?: readonly string[];
}

function readByPython(path: string): Readonly<Record<string, Node>> {
  return JSON.parse(execFileSync(numpy.command, [script, path], { encoding: "utf8" }));
}

describe("a reader of version 3 that was written from the specification", () => {
  itWith(numpy)("finds every value, type and attribute that was written", async () => {
    const path = folder("written.zarr");
    const m = new ZarrStorageManager(path);
    await storeEveryType(m);
    await m.setMetadata({ state: "done" });
    await m.closeFile();
    const nodes = readByPython(path);
    for (const [name, values] of Object.entries(EVERY_TYPE_IN_PYTHON))
      expect({ name, values: nodes[`/types/${name}`]?.values }).toEqual({ name, values });
    expect(nodes["/chunked"]?.attributes).toEqual(METADATA_IN_PYTHON);
    expect(nodes["/"]?.attributes).toEqual({ TVB_Data_version: "5", TVB_state: "'done'" });
    expect(nodes["/fixed"]).toMatchObject({ dtype: "|S8", values: "[b'ab', b'Gr\\xc3\\xb6\\xc3\\x9fe']" });
    expect(nodes["/scalar"]).toMatchObject({ shape: [], values: "2.5", names: [] });
    expect(nodes["/empty"]).toMatchObject({ dtype: "<i4", shape: [0, 3], values: "[]" });
    expect(nodes["/grown"]).toMatchObject({ values: "[[0, 10, 20], [1, 11, 21]]" });
    expect(nodes["/chunked"]?.names).toEqual(["chunked_dim0", "chunked_dim1"]);
    expect(nodes["/chunked"]?.values).toMatch(/^\[\[0\.0, 0\.5, .*29\.0, 29\.5\]\]$/);
  });

  itWith(numpy)("reads shards, and a series that was appended to and overwritten", async () => {
    const path = folder("shards.zarr");
    const m = new ZarrStorageManager(path, {
      layout: ({ path: at }) => (at === "/sharded" ? { shards: [4, 4] } : undefined),
    });
    for (let row = 0; row < 5; row++)
      for (const name of ["sharded", "plain"])
        await m.appendData({ dtype: "int16", shape: [1, 3], data: Int16Array.of(row, 0, -row) }, name, {
          growDimension: 0,
          ...(name === "sharded" ? { chunks: [2, 2], compression: "gzip" } : {}),
        });
    await m.storeData(Int16Array.of(1, 2), "x");
    await m.storeData(Int16Array.of(3, 4), "x");
    await m.removeData("x");
    await m.storeData(Float32Array.of(5), "x");
    await m.closeFile();
    const nodes = readByPython(path);
    const rows = "[[0, 0, 0], [1, 0, -1], [2, 0, -2], [3, 0, -3], [4, 0, -4]]";
    expect([nodes["/sharded"]?.values, nodes["/plain"]?.values]).toEqual([rows, rows]);
    expect(nodes["/x"]).toMatchObject({ dtype: "<f4", values: "[5.0]" });
  });
});
