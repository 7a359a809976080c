import { execFileSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { DATA_TYPES, type DataType, elementCount, type Metadata, type NDArray } from "@tvb-storage/core";
import fc from "fast-check";
import { expect } from "vitest";
import { h5diff, h5dump, h5py } from "../../../../test/support/judges.js";
import { HDF5StorageManager, verify } from "../../src/index.js";

// Random changes of a file of h5py, made by both engines on a copy each and now and then by h5py on both: then both
// copies hold the same, and h5py goes on with them.

export const VERSIONS = ["earliest,v108", "v108,v108", "v110,v110", "latest,latest"] as const;

const START = `
import sys, h5py, numpy as np
low, high = sys.argv[2].split(",")
rng = np.random.default_rng(int(sys.argv[3]))
with h5py.File(sys.argv[1], "w", libver=(low, high)) as f:
    f["plain"] = rng.random((4, 5))
    f.create_dataset("grows", data=rng.random((5, 3)), maxshape=(None, 3), chunks=(2, 2))
    f.create_dataset("both", data=rng.random((5, 3)), maxshape=(None, None), chunks=(2, 2), compression="gzip", shuffle=True, fletcher32=True)
    f.create_dataset("big", data=rng.random(50).astype(">f4"), chunks=(7,), maxshape=(None,))
    f.create_dataset("fill", (6, 6), "i2", chunks=(4, 4), fillvalue=7, maxshape=(None, 6))
    f.create_dataset("texts", data=["a", "", "ccc"], dtype=h5py.string_dtype(), maxshape=(None,), chunks=(2,))
    f.create_dataset("fixed", data=np.array([b"ab", b"c"], "S5"), maxshape=(None,), chunks=(3,))
    g = f.create_group("group", track_order=bool(rng.integers(2)))
    for i in range(int(rng.integers(0, 14))):
        g.create_group("sub%d" % i)
        g.attrs["a%d" % i] = [i, "text %d" % i, np.arange(i)][i % 3]
`;

/** The same for both files: rows, attributes and links come and go. */
const BY_H5PY = `
import sys, h5py, numpy as np
for path in sys.argv[2:]:
    rng = np.random.default_rng(int(sys.argv[1]))
    with h5py.File(path, "r+") as f:
        for name in sorted(f):
            item = f[name]
            if isinstance(item, h5py.Dataset) and item.maxshape and None in item.maxshape:
                axis = item.maxshape.index(None)
                item.resize(item.shape[axis] + int(rng.integers(0, 5)), axis)
                if item.dtype.kind == "f" and 0 not in item.shape:
                    item[...] = rng.random(item.shape)
            # HDF5 1.10 loses entries of its own where the order of dense attributes is tracked.
            if item.id.get_create_plist().get_attr_creation_order() != 0:
                continue
            for i in range(int(rng.integers(0, 4))):
                item.attrs["h%d" % i] = ["text", 1.5, np.arange(200)][i % 3]
            names = sorted(item.attrs)
            if names and rng.integers(2):
                del item.attrs[names[int(rng.integers(len(names)))]]
        for i in range(int(rng.integers(0, 6))):
            f["group"].require_group("py%d" % int(rng.integers(12)))
        names = sorted(f["group"])
        if names and rng.integers(2):
            del f["group"][names[int(rng.integers(len(names)))]]
`;

function run(script: string, ...args: string[]): void {
  execFileSync(h5py.command, ["-c", script, ...args], { stdio: "pipe" });
}

const TEXTS = ["", "a", "naïve ☃", "x".repeat(300), "with space "];

function arrayOf(dtype: DataType, shape: readonly number[], seed: number): NDArray {
  const count = elementCount(shape);
  const value = (i: number): number => (seed * 31 + i * 7) % 100;
  if (dtype === "string") {
    const data = Array.from({ length: count }, (_, i) => TEXTS[value(i) % TEXTS.length] ?? "");
    return { dtype, shape: [...shape], data };
  }
  const entries = dtype.startsWith("complex") ? 2 * count : count;
  const numbers = Array.from({ length: entries }, (_, i) => (dtype === "bool" ? value(i) % 2 : value(i)));
  const data = {
    int8: Int8Array,
    uint8: Uint8Array,
    int16: Int16Array,
    uint16: Uint16Array,
    int32: Int32Array,
    uint32: Uint32Array,
    float32: Float32Array,
    float64: Float64Array,
    bool: Uint8Array,
    complex64: Float32Array,
    complex128: Float64Array,
  };
  if (dtype === "int64") return { dtype, shape: [...shape], data: BigInt64Array.from(numbers.map(BigInt)) };
  if (dtype === "uint64") return { dtype, shape: [...shape], data: BigUint64Array.from(numbers.map(BigInt)) };
  return { dtype, shape: [...shape], data: data[dtype].from(numbers) } as NDArray; // the class of its dtype
}

interface Step {
  readonly kind: "store" | "append" | "overwrite" | "metadata" | "remove" | "removeMetadata" | "h5py";
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly name: number;
  readonly seed: number;
  readonly gzip: boolean;
  readonly isChunked: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(
    "store",
    "store",
    "append",
    "append",
    "append",
    "overwrite",
    "metadata",
    "metadata",
    "remove",
    "removeMetadata",
    "h5py",
  ),
  dtype: fc.constantFrom(...DATA_TYPES),
  shape: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 0, maxLength: 3 }),
  name: fc.nat(9),
  seed: fc.nat(1000),
  gzip: fc.boolean(),
  isChunked: fc.boolean(),
});

/** One change; the error's class where it is refused. */
async function change(m: HDF5StorageManager, each: Step): Promise<string> {
  const { kind, dtype, shape, name, seed, gzip, isChunked } = each;
  const there =
    ["plain", "grows", "both", "big", "fill", "texts", "fixed", "new/a", "new/b", "group/d"][name] ?? "";
  try {
    if (kind === "store") {
      const layout =
        shape.length === 0 || !isChunked
          ? {}
          : { chunks: shape.map((length) => Math.max(1, Math.min(3, length))) };
      const compression = gzip && shape.length > 0 ? ({ compression: "gzip" } as const) : {};
      await m.storeData(arrayOf(dtype, shape, seed), `new/${seed % 12}`, { ...layout, ...compression });
    } else if (kind === "append" || kind === "overwrite") {
      const found = (await m.listNodes()).find(({ path }) => path === `/${there}`);
      const now = found?.kind === "dataset" ? found : undefined;
      const type = DATA_TYPES.find((each) => each === now?.dtype) ?? dtype;
      const lengths = now?.shape ?? (shape.length === 0 ? [2] : shape);
      if (kind === "overwrite") await m.storeData(arrayOf(type, lengths, seed), there);
      else {
        const axis = Math.max(0, now?.maxShape?.indexOf(null) ?? 0);
        // Kept open by turns, so that sessions have appends to several datasets.
        const rows = lengths.map((length, i) => (i === axis ? 1 + (seed % 4) : length));
        const compression = gzip && now === undefined ? ({ compression: "gzip" } as const) : {};
        const options = { growDimension: axis, closeFile: seed % 3 === 0, ...compression };
        await m.appendData(arrayOf(type, rows, seed), there, options);
      }
    } else if (kind === "metadata") {
      const values: Metadata = {};
      for (let i = 0; i < seed % 7; i += 1)
        values[`key${(seed + i) % 25}`] = [
          seed,
          1.5,
          `text ${seed}`,
          true,
          "long ".repeat(seed % 90),
          Float64Array.of(1, 2),
        ][(seed + i) % 6] as number; // of several types, all of metadata
      await m.setMetadata(values, name < 7 ? there : "group");
    } else if (kind === "remove") await m.removeData(name % 2 === 0 ? `new/${seed % 12}` : there);
    else if (kind === "removeMetadata") await m.removeMetadata(`key${seed % 25}`, name < 7 ? there : "group");
    return "done";
  } catch (error) {
    return error instanceof Error ? error.constructor.name : "no error";
  }
}

async function content(m: HDF5StorageManager): Promise<unknown> {
  const nodes = await m.listNodes();
  const found: Record<string, unknown> = {};
  for (const { path, kind, ...rest } of nodes) {
    const data = kind === "dataset" ? await m.getData(path) : undefined;
    const { storedBytes, chunks, ...shown } = rest as Record<string, unknown>;
    // Keys in any order.
    found[path] = { kind, ...shown, data, metadata: { ...(await m.getMetadata(path)) } };
  }
  return found;
}

/** `folder` gives a path for a new file. */
export async function compareEngines(
  folder: (name: string) => string,
  libver: (typeof VERSIONS)[number],
  options: { readonly numRuns: number; readonly seed: number; readonly steps: number },
): Promise<void> {
  const [own, hdf5] = [folder("own.h5"), folder("hdf5.h5")];
  const sequence = fc.array(step, { minLength: options.steps, maxLength: options.steps });
  await fc.assert(
    fc.asyncProperty(sequence, fc.nat(1000), async (steps, seed) => {
      run(START, own, libver, String(seed));
      copyFileSync(own, hdf5);
      const [left, right] = [new HDF5StorageManager(own), new HDF5StorageManager(hdf5, { engine: "h5wasm" })];
      for (const each of steps) {
        if (each.kind === "h5py") {
          await Promise.all([left.closeFile(), right.closeFile()]);
          run(BY_H5PY, String(each.seed), own, hdf5);
        } else expect(await change(left, each)).toBe(await change(right, each));
      }
      expect(await content(left)).toEqual(await content(right));
      await Promise.all([left.closeFile(), right.closeFile()]);
      expect(await verify(own)).toEqual([]);
      run(BY_H5PY, "1", own, hdf5);
      execFileSync(h5diff.command, [own, hdf5], { stdio: "pipe" });
      execFileSync(h5dump.command, [own], { stdio: "pipe", maxBuffer: 1 << 28 });
      expect(await content(left)).toEqual(await content(right));
    }),
    { numRuns: options.numRuns, seed: options.seed },
  );
}
