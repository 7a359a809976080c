import { rmSync, writeFileSync } from "node:fs";
import { type NDArray, ndarray, type StoreOptions } from "@tvb-storage/core";
import { type ZarrOptions, ZarrStorageManager } from "@tvb-storage/zarr-backend";
import { type CallCase, type Context, sizeOf, TO_ZARR, type Workload } from "../bench-case.js";
import { delays, LOOP_UNITS } from "../delays.js";
import { expectEqual, expectSignal, signal } from "../signal.js";

// Zarr version 2 in a folder, beside zarr-python. Chunks, levels and data are the same for both; every call opens the
// hierarchy. Those with limits are what the mean is of; without compression, and with blosc, is shown beside them.

const COLUMNS = 1024;
const SMALL = Float64Array.from({ length: 76 }, (_, i) => i / 2);
const BLOCK = [100, 1, 76, 1];
/** 0.6 MB: ten blocks. */
const SERIES_CHUNKS = [1000, 1, 76, 1];

type Make = (context: Context) => Workload;
type Layout = ZarrOptions["layout"];
const blosc: Layout = () => ({ compression: { blosc: "lz4", level: 5, shuffle: "bytes" } });

/** As the dataset of the cases for HDF5. */
function data(context: Context): NDArray<"float64"> {
  const rows = sizeOf(context, "rows");
  return ndarray(signal(rows * COLUMNS), { shape: [rows, COLUMNS], dtype: "float64" });
}

function opened(path: string, context: Context, layout?: Layout): ZarrStorageManager {
  return new ZarrStorageManager(path, { ...context.options, format: 2, ...(layout && { layout }) });
}

/** 1 MiB. */
function stored(context: Context, gzip: boolean): StoreOptions {
  const chunks = [Math.min(128, sizeOf(context, "rows")), COLUMNS];
  return gzip ? { chunks, compression: { gzip: 4 } } : { chunks };
}

const setup = (gzip: boolean, layout?: Layout) => async (context: Context) => {
  const array = data(context);
  writeFileSync(`${context.shared}/data.bin`, array.data);
  await opened(`${context.shared}/data.zarr`, context, layout).storeData(
    array,
    "data",
    stored(context, gzip),
  );
};

function checkWhole(array: ArrayLike<unknown>, context: Context): void {
  const length = sizeOf(context, "rows") * COLUMNS;
  expectEqual("length", array.length, length);
  for (let i = 0; i < length; i += 99_991) expectSignal(array[i], i);
}

const storing =
  (gzip: boolean, layout?: Layout): Make =>
  (context) => {
    const array = data(context);
    const path = `${context.folder}/stored.zarr`;
    return {
      prepare: () => rmSync(path, { force: true, recursive: true }),
      run: () => opened(path, context, layout).storeData(array, "data", stored(context, gzip)),
      check: async () => checkWhole((await opened(path, context).getData("data")).data, context),
    };
  };

const reading: Make = (context) => {
  let found: NDArray | undefined;
  return {
    prepare: () => {
      found = undefined;
    },
    run: async () => {
      found = await opened(`${context.shared}/data.zarr`, context).getData("data");
    },
    check: () => checkWhole(found?.data ?? [], context),
  };
};

/** One after the other, far from each other. */
const rows: Make = (context) => {
  const rowAt = (i: number) => (i * 7919 + 13) % sizeOf(context, "rows");
  let found: NDArray[] = [];
  return {
    run: async () => {
      found = [];
      const manager = opened(`${context.shared}/data.zarr`, context);
      for (let i = 0; i < sizeOf(context, "reads"); i++)
        found.push(await manager.getData("data", { selection: [rowAt(i)] }));
    },
    check: () => {
      expectEqual("number of rows", found.length, sizeOf(context, "reads"));
      for (const [i, row] of found.entries()) {
        expectEqual("shape", row.shape, [COLUMNS]);
        expectSignal(row.data[5], rowAt(i) * COLUMNS + 5);
      }
    },
  };
};

const appending: Make = (context) => {
  const path = `${context.folder}/series.zarr`;
  const length = BLOCK.reduce((a, b) => a * b);
  const count = sizeOf(context, "blocks");
  const values = signal(count * length);
  return {
    prepare: () => rmSync(path, { force: true, recursive: true }),
    run: async () => {
      const manager = opened(path, context);
      for (let i = 0; i < count; i++) {
        const block = ndarray(values.subarray(i * length, (i + 1) * length), { shape: BLOCK });
        await manager.appendData(block, "data", { growDimension: 0, chunks: SERIES_CHUNKS });
      }
    },
    check: async () => {
      const { data, shape } = await opened(path, context).getData("data");
      expectEqual("shape", shape, [count * 100, ...BLOCK.slice(1)]);
      for (let i = 0; i < data.length; i += 997) expectSignal(data[i], i);
    },
  };
};

const setting =
  (atOnce: boolean): Make =>
  (context) => {
    const path = `${context.folder}/attributes.zarr`;
    const entries = Array.from({ length: sizeOf(context, "attributes") }, (_, i) => [`key_${i}`, i + 0.5]);
    const calls = (atOnce ? [entries] : entries.map((entry) => [entry])).map((each) =>
      Object.fromEntries(each),
    );
    return {
      prepare: async () => {
        rmSync(path, { force: true, recursive: true });
        await opened(path, context).storeData(SMALL, "data");
      },
      run: async () => {
        const manager = opened(path, context);
        for (const attributes of calls) await manager.setMetadata(attributes, "data");
      },
      check: async () => {
        const found = await opened(path, context).getMetadata("data");
        expectEqual("number of attributes", Object.keys(found).length, entries.length);
        expectEqual("key_3", found.key_3, 3.5);
      },
    };
  };

const delaying =
  (make: Make): Make =>
  (context) => {
    const { run, ...rest } = make(context);
    return { ...rest, run: () => delays(run) };
  };

const units = { ms: "ms", cpu: "ms", whole: "ms" };
const shared = { units, python: ["zarr"], rounds: 11 } as const;
const dataset = { ...shared, rounds: 5, full: { rows: 16_384 }, quick: { rows: 1024 } };
const series = {
  ...shared,
  full: { rows: 16_384, reads: 200 },
  quick: { rows: 1024, reads: 20 },
  ours: rows,
};
const changes = { ...shared, python: ["zarr", "zarr-consolidated"], limits: TO_ZARR } as const;
const loop = {
  units: LOOP_UNITS,
  full: { rows: 32_768 },
  quick: { rows: 2048 },
  rounds: 3,
  python: [],
  limits: [{ measure: "max", atMost: { warm: 20, fresh: 50 } }],
} as const;

export const cases: readonly CallCase[] = [
  {
    ...dataset,
    name: "zarr-gzip-store",
    title: "store 128 MiB float64, gzip level 4",
    limits: TO_ZARR,
    setup: setup(true),
    ours: storing(true),
  },
  {
    ...dataset,
    name: "zarr-gzip-read",
    title: "read 128 MiB float64, gzip level 4",
    limits: TO_ZARR,
    setup: setup(true),
    ours: reading,
  },
  {
    ...series,
    name: "zarr-rows",
    title: "200 rows of 8 KB one by one, of chunks of 1 MiB",
    limits: TO_ZARR,
    setup: setup(false),
  },
  {
    ...series,
    name: "zarr-rows-gzip",
    title: "200 rows of 8 KB one by one, of chunks of 1 MiB, gzip level 4",
    limits: TO_ZARR,
    rounds: 5,
    setup: setup(true),
  },
  {
    ...changes,
    name: "zarr-append",
    title: "append 100 blocks of (100, 1, 76, 1)",
    full: { blocks: 100 },
    quick: { blocks: 20 },
    ours: appending,
  },
  {
    ...changes,
    name: "zarr-attributes",
    title: "set 200 attributes one by one",
    full: { attributes: 200 },
    quick: { attributes: 20 },
    ours: setting(false),
  },
  {
    ...changes,
    name: "zarr-attributes-once",
    title: "set 200 attributes at once",
    full: { attributes: 200 },
    quick: { attributes: 20 },
    ours: setting(true),
  },
  {
    ...dataset,
    name: "zarr-store",
    title: "store 128 MiB float64, not compressed",
    limits: [],
    setup: setup(false),
    ours: storing(false),
  },
  {
    ...dataset,
    name: "zarr-read",
    title: "read 128 MiB float64, not compressed",
    limits: [],
    setup: setup(false),
    ours: reading,
  },
  {
    ...dataset,
    name: "zarr-blosc-store",
    title: "store 128 MiB float64, blosc (lz4, level 5, shuffled)",
    limits: [],
    setup: setup(false, blosc),
    ours: storing(false, blosc),
  },
  {
    ...dataset,
    name: "zarr-blosc-read",
    title: "read 128 MiB float64, blosc (lz4, level 5, shuffled)",
    limits: [],
    setup: setup(false, blosc),
    ours: reading,
  },
  {
    ...loop,
    name: "zarr-loop-gzip-store",
    title: "event-loop delay while storing 256 MiB, gzip level 4",
    setup: setup(true),
    ours: delaying(storing(true)),
  },
  {
    ...loop,
    name: "zarr-loop-gzip-read",
    title: "event-loop delay while reading 256 MiB, gzip level 4",
    setup: setup(true),
    ours: delaying(reading),
  },
];
