import { fileURLToPath } from "node:url";
import { type NDArray, type Selection, slice, toNested } from "@tvb-storage/core";
import { FileStorageException } from "@tvb-storage/errors";
import { expect, it } from "vitest";
import { runPython, temporaryFolder } from "../../../../test/support/h5py.js";
import { describeWith, h5py } from "../../../../test/support/judges.js";
import { HDF5StorageManager } from "../../src/index.js";

const file = temporaryFolder();
const script = fileURLToPath(new URL("array-axes.py", import.meta.url));

/** As in array-axes.py. */
const SELECTIONS: readonly Selection[] = [
  [],
  [1],
  [null, 1],
  [null, null, -1],
  [slice(1, 4, 2), slice(1, null), slice(0, 5, 2)],
  [-1, 0, 2],
  [slice(2), 1, slice(3, 1)],
  [null, slice(null, null, 2), 1],
];
const DATASETS = ["contiguous", "chunked", "texts", "wide"];

interface Expected {
  readonly shape: readonly number[];
  readonly selected: readonly unknown[];
}

describeWith(h5py)("a dataset of an array type", () => {
  const path = file("arrays.h5");

  it("has one shape everywhere, and is selected over all axes as numpy does it", async () => {
    const expected = JSON.parse(runPython(`exec(open(${JSON.stringify(script)}).read())`, path)) as Record<
      string,
      Expected
    >; // by the script
    const m = new HDF5StorageManager(path);
    const nodes = await m.listNodes();
    for (const name of [...DATASETS, "field"]) {
      const { shape, selected } = expected[name] ?? { shape: [], selected: [] };
      const options = name === "field" ? { field: "v" } : {};
      if (name !== "field") {
        expect(await m.getDataShape(name)).toEqual(shape);
        expect(nodes.find((node) => node.path === `/${name}`)?.shape).toEqual(shape);
      }
      expect((await m.getData(name, options)).shape).toEqual(shape);
      for (const [index, selection] of SELECTIONS.entries()) {
        const data = await m.getData(name, { ...options, selection });
        expect(toNested(data), `${name} ${index}`).toEqual(selected[index]);
        for (const blockBytes of [1, 40, 1 << 20]) {
          const blocks: NDArray[] = [];
          for await (const { block, offset } of m.streamData(name, { ...options, selection, blockBytes })) {
            expect(offset).toHaveLength(data.shape.length);
            blocks.push(block);
          }
          const streamed = blocks.flatMap((block) => [toNested(block)].flat(9));
          expect(streamed, `${name} ${index} in blocks of ${blockBytes}`).toEqual([selected[index]].flat(9));
        }
      }
      await expect(m.getData(name, { ...options, selection: [0, 0, 0, 0] })).rejects.toThrow(
        FileStorageException,
      );
      await expect(m.getData(name, { ...options, selection: [0, 0, 9] })).rejects.toThrow(
        FileStorageException,
      );
    }
  });

  it("may be a scalar of the dataspace", async () => {
    const m = new HDF5StorageManager(
      fileURLToPath(new URL("../../../../fixtures/h5py/numbers.h5", import.meta.url)),
    );
    expect(await m.getDataShape("array_scalar")).toEqual([3]);
    const whole = await m.getData("array_scalar");
    expect(whole.shape).toEqual([3]);
    const last = await m.getData("array_scalar", { selection: [-1] });
    expect([last.shape, last.data[0]]).toEqual([[], whole.data[2]]);
  });
});
