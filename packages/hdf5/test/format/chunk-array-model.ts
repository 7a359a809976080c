import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LongCall } from "@tvb-storage/files/internal";
import { expect } from "vitest";
import { Hdf5Structure } from "../../src/objects/hdf5-structure.js";
import { verify } from "../../src/reader/hdf5-file.js";
import { DatasetWriter } from "../../src/writer/dataset-writer.js";
import { runPython } from "./h5py.js";
import { MemoryPort } from "./memory-port.js";

type Op =
  | { readonly resize: readonly number[] }
  | { readonly offset: readonly number[]; readonly shape: readonly number[]; readonly first: number };

interface Case {
  readonly shape: readonly number[];
  readonly maxShape: readonly (number | null)[];
  readonly chunks: readonly number[];
  readonly filters: Record<string, unknown>;
  readonly before: readonly Op[];
  readonly ops: readonly Op[];
  /** Space for all chunks is taken at the start. */
  readonly early?: boolean;
}

const COMMON = `
import sys, json, struct, h5py, numpy as np
def apply(d, ops):
    for op in ops:
        if "resize" in op:
            d.resize(tuple(op["resize"]))
        else:
            n = int(np.prod(op["shape"]))
            block = np.arange(op["first"], op["first"] + n, dtype="i4").reshape(op["shape"])
            d[tuple(slice(o, o + s) for o, s in zip(op["offset"], op["shape"]))] = block
case = json.load(open(sys.argv[2]))
`;

const MAKE = `${COMMON}
with h5py.File(sys.argv[1], "w", libver="latest") as f:
    p = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    if case.get("early"):
        p.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    d = f.create_dataset("d", tuple(case["shape"]), "i4", chunks=tuple(case["chunks"]),
        maxshape=tuple(case["maxShape"]), dcpl=p, **case["filters"])
    apply(d, case["before"])
`;

/** Makes the same changes by HDF5 in a copy, compares, and goes on with both. */
const JUDGE = `${COMMON}
ours, theirs = sys.argv[1], sys.argv[3]
with h5py.File(theirs, "r+", libver="latest") as f:
    apply(f["d"], case["ops"])
def statistics(path):
    data = open(path, "rb").read()
    at = data.find(b"EAHD")
    return None if at < 0 else struct.unpack("<6Q", data[at + 12:at + 60])
def same():
    with h5py.File(ours, "r") as a, h5py.File(theirs, "r") as b:
        a, b = a["d"], b["d"]
        assert a.shape == b.shape, (a.shape, b.shape)
        assert np.array_equal(a[...], b[...]), np.argwhere(a[...] != b[...])[:5]
        assert a.id.get_num_chunks() == b.id.get_num_chunks()
        chunks = lambda d: [d.id.get_chunk_info(i).chunk_offset for i in range(min(300, d.id.get_num_chunks()))]
        assert chunks(a) == chunks(b)
same()
assert statistics(ours) == statistics(theirs), (statistics(ours), statistics(theirs))
for path in (ours, theirs):
    with h5py.File(path, "r+", libver="latest") as f:
        d = f["d"]
        if d.maxshape[0] is None:
            d.resize(d.shape[0] + 700, 0)
            d[-650:] = 5
        d[::3] = 7
same()
print("ok")
`;

/** A generator of numbers below a bound. */
function randomNumbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

export function randomCase(seed: number): Case {
  const random = randomNumbers(seed);
  const rank = 1 + random(3);
  const bound = [4000, 70, 18][rank - 1] ?? 10;
  const shape = Array.from({ length: rank }, () => 1 + random(bound));
  const chunks = shape.map((length) => 1 + random(Math.min(length, [7, 5, 4][rank - 1] ?? 1)));
  const unlimited = random(3) === 0 ? -1 : random(rank);
  const maxShape = shape.map((length, axis) => (axis === unlimited ? null : length + random(5)));
  const filters: Record<string, unknown> = {};
  if (random(2) === 0) filters["compression"] = "gzip";
  if (random(2) === 0) filters["shuffle"] = true;
  if (random(3) === 0) filters["fletcher32"] = true;
  let now = [...shape];
  const opsOf = (count: number): Op[] => {
    const ops: Op[] = [];
    for (let i = 0; i < count; i += 1) {
      if (random(3) === 0) {
        now = now.map((length, axis) => length + random(Math.min(90, (maxShape[axis] ?? 1e6) - length + 1)));
        ops.push({ resize: now });
        continue;
      }
      const offset = now.map((length) => random(length));
      const size = now.map((length, axis) => 1 + random(Math.min(300, length - (offset[axis] ?? 0))));
      ops.push({ offset, shape: size, first: random(1e6) });
    }
    return ops;
  };
  const before = [{ offset: shape.map(() => 0), shape: shape.map(() => 1), first: 3 }, ...opsOf(random(4))];
  return { shape, maxShape, chunks, filters, before, ops: opsOf(1 + random(12)) };
}

/** Changes a dataset by our writer, and a copy by HDF5; judges both. */
export async function judgeChunks(folder: string, given: Case): Promise<void> {
  const [ours, plan, theirs] = ["ours.h5", "plan.json", "theirs.h5"].map((name) => join(folder, name));
  if (ours === undefined || plan === undefined || theirs === undefined) return;
  writeFileSync(plan, JSON.stringify(given));
  runPython(MAKE, ours, plan);
  const bytes = new Uint8Array(readFileSync(ours));
  writeFileSync(theirs, bytes);
  const port = new MemoryPort(bytes);
  const structure = new Hdf5Structure(port);
  const { file } = structure;
  const writer = DatasetWriter.open(file, structure.resolve("d")?.address ?? -1, "d");
  if (writer === undefined) throw new Error("it is not written here");
  for (const op of given.ops) {
    if ("resize" in op) writer.resize(op.resize);
    else {
      const { shape, first, offset } = op;
      const count = shape.reduce((product, length) => product * length, 1);
      const data = Int32Array.from({ length: count }, (_, index) => first + index);
      await writer.write({ dtype: "int32", shape, data }, offset, new LongCall("writing d"));
    }
    writer.save();
  }
  file.space.save();
  expect(await verify(port.bytes.slice())).toEqual([]);
  writeFileSync(ours, port.bytes);
  execFileSync("h5dump", ["-H", "-p", ours], { stdio: "pipe" });
  expect(runPython(JUDGE, ours, plan, theirs).trim()).toBe("ok");
}

/** Consecutive numbers at an offset of a dataset of one axis. */
const one = (offset: number, count = 1, first = offset): Op => ({ offset: [offset], shape: [count], first });

/** Appended to, then set far apart. */
export const extensible = (filters: Case["filters"]): Case => ({
  shape: [1],
  maxShape: [null],
  chunks: [1],
  filters,
  before: [one(0)],
  // The last ones are in blocks with pages.
  ops: [
    ...Array.from({ length: 130 }, (_, i) => [{ resize: [i + 2] }, one(i + 1)]).flat(),
    { resize: [1200] },
    one(131, 1069),
    { resize: [300_000] },
    ...[131_060, 140_000, 140_001, 262_144, 299_999, 132_000, 5000, 150_000].map((at) => one(at)),
    one(130_900, 3000),
  ],
});

/** With pages. */
export const fixed = (filters: Case["filters"]): Case => ({
  shape: [5000],
  maxShape: [5000],
  chunks: [1],
  filters,
  before: [one(1500)],
  ops: [one(0), one(4999), one(1000, 100), one(1500, 1, 7), one(3000, 1500)],
});

/** Chunks whose places follow from their numbers: all in the file from the start, or a single one. */
export const placed = (chunk: number): Case => ({
  shape: [100],
  maxShape: [100],
  chunks: [chunk],
  filters: {},
  early: true,
  before: [one(0, 100)],
  ops: [one(3, 1, 100), one(95, 5, 200), one(40, 30, 300), one(7, 1, 400)],
});

/** One filtered chunk that is written in part again and again; it keeps its size, and so its place. */
export const partly: Case = {
  shape: [64],
  maxShape: [null],
  chunks: [64],
  filters: { shuffle: true },
  before: [one(0, 64)],
  ops: [one(3, 1, 100), one(20, 5, 200), one(40, 2, 300), one(7, 1, 400)],
};
