import { statSync } from "node:fs";
import { ndarray, slice } from "@tvb-storage/core";
import { expect, it } from "vitest";
import { runPython, temporaryFolder } from "../../../test/support/h5py.js";
import { canAsk, h5py, itWith } from "../../../test/support/judges.js";
import { HDF5StorageManager } from "../src/index.js";

// Positions, lengths and counts beyond 2^32, with few bytes on the disk: chunks that were never
// written take none, and a large block of equal values deflates to nearly nothing.

const file = temporaryFolder();
/** 5 GiB of float64. */
const ROWS = 5 * 1024;
const COLUMNS = 131_072;
const BLOCK_ROWS = 8;

it("stores 5 GiB from blocks, and reads what lies beyond 4 GiB", async () => {
  const path = file("large.h5");
  const manager = new HDF5StorageManager(path);
  let longest = 0;
  let lastTurn = performance.now();
  const turns = setInterval(() => {
    longest = Math.max(longest, performance.now() - lastTurn);
    lastTurn = performance.now();
  }, 1);
  function* blocks(): Generator<ReturnType<typeof ndarray>> {
    const data = new Float64Array(BLOCK_ROWS * COLUMNS);
    for (let row = 0; row < ROWS; row += BLOCK_ROWS) {
      for (let i = 0; i < BLOCK_ROWS; i++) data.fill(row + i, i * COLUMNS, (i + 1) * COLUMNS);
      yield ndarray(data, { shape: [BLOCK_ROWS, COLUMNS] });
    }
  }
  const source = { dtype: "float64", shape: [ROWS, COLUMNS], blocks: blocks() } as const;
  await manager.storeData(source, "data", { chunks: [1, COLUMNS], compression: { gzip: 1 } });
  clearInterval(turns);

  expect(await manager.getDataShape("data")).toEqual([ROWS, COLUMNS]);
  const selection = [slice(ROWS - 3, null), slice(COLUMNS - 1, null)];
  expect((await manager.getData("data", { selection })).data).toEqual(Float64Array.of(5117, 5118, 5119));
  const strided = await manager.getData("data", { selection: [slice(0, null, 1000), 7] });
  expect(strided.data).toEqual(Float64Array.of(0, 1000, 2000, 3000, 4000, 5000));
  // A block is the longest the event loop waits; this machine may be busy with other tests.
  expect(longest).toBeLessThan(1000);
  expect(statSync(path).size).toBeLessThan(ROWS * 20_000);
  if (!canAsk(h5py)) return;
  const read = `with h5py.File(sys.argv[1]) as f: print(f["data"].shape, f["data"][-1, -1], f["data"][4097, 5])`;
  expect(runPython(read, path).trim()).toBe("(5120, 131072) 5119.0 4097.0");
});

itWith(h5py)("reads and writes at positions beyond 4 GiB of the file", async () => {
  const path = file("sparse.h5");
  // Of the first dataset only the space is allocated.
  runPython(
    `
with h5py.File(sys.argv[1], "w", libver=("v108", "v110")) as f:
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    plist.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    h5py.h5d.create(f.id, b"gap", h5py.h5t.STD_U8LE, h5py.h5s.create_simple((9 * 2**29,)), plist)
    f["behind"] = np.arange(1000.0)
`,
    path,
  );
  const manager = new HDF5StorageManager(path);
  expect((await manager.getData("behind", { selection: [slice(997, null)] })).data).toEqual(
    Float64Array.of(997, 998, 999),
  );
  await manager.storeData(Uint8Array.of(1, 2, 3), "after");
  await manager.storeData(["text"], "deep/texts");
  await manager.storeData([true, false], "flags");
  await manager.setMetadata({ note: "far" }, "behind");
  await manager.appendData([1, 2], "rows");
  await manager.appendData([3], "rows");
  await manager.removeData("after");
  expect((await manager.getData("deep/texts")).data).toEqual(["text"]);
  expect((await manager.getData("gap", { selection: [slice(2 ** 32 + 5, 2 ** 32 + 8)] })).data).toEqual(
    Uint8Array.of(0, 0, 0),
  );
  expect(statSync(path).size).toBeGreaterThan(2 ** 32);
  const read = `with h5py.File(sys.argv[1]) as f: print(sorted(f), f["rows"][:], f["flags"][:], f["behind"].attrs["TVB_note"], f["behind"][-1])`;
  expect(runPython(read, path).trim()).toBe(
    "['behind', 'deep', 'flags', 'gap', 'rows'] [1. 2. 3.] [ True False] far 999.0",
  );
});
