import { rmSync } from "node:fs";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { type CallCase, type Context, sizeOf, toOriginal } from "../bench-case.js";
import { datasetOf, rawH5wasm } from "../raw-h5wasm.js";
import { expectEqual } from "../signal.js";

// Many small objects in one file: attributes, datasets, a tree of groups.

const SMALL = Float64Array.from({ length: 76 }, (_, i) => i / 2);
const python = ["h5py-original", "h5py-well"] as const;

function scratch(context: Context): string {
  return `${context.folder}/nodes.h5`;
}

/** As long as the names of TVB's own datasets. */
function smallName(i: number): string {
  return `dataset_${String(i).padStart(4, "0")}`;
}

async function storeSmall(file: HDF5StorageManager, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await file.storeData(SMALL, smallName(i));
}

const setAttribute: CallCase = {
  name: "set-attribute",
  title: "set one attribute, 200 times, open and close each time",
  full: { calls: 200 },
  quick: { calls: 50 },
  rounds: 15,
  python,
  limits: [toOriginal(0.7, 1.0)],
  ours: (context) => ({
    prepare: async () => {
      rmSync(scratch(context), { force: true });
      await new HDF5StorageManager(scratch(context)).storeData(SMALL, "data");
    },
    run: async () => {
      const file = new HDF5StorageManager(scratch(context), context.options);
      for (let i = 0; i < sizeOf(context, "calls"); i++)
        await file.setMetadata({ sample_rate: 0.5 + i }, "data");
      await file.closeFile();
    },
    check: async () => {
      const { sample_rate } = await new HDF5StorageManager(scratch(context)).getMetadata("data");
      expectEqual("sample_rate", sample_rate, sizeOf(context, "calls") - 0.5);
    },
  }),
  h5wasm: async (context) => {
    const { File } = await rawH5wasm();
    return {
      prepare: async () => {
        rmSync(scratch(context), { force: true });
        await new HDF5StorageManager(scratch(context)).storeData(SMALL, "data");
      },
      run: () => {
        for (let i = 0; i < sizeOf(context, "calls"); i++) {
          const file = new File(scratch(context), "a");
          datasetOf(file).create_attribute("TVB_sample_rate", 0.5 + i);
          file.close();
        }
      },
    };
  },
};

const readAttributes: CallCase = {
  name: "read-attributes",
  title: "read 200 attributes of one node, 20 times, open and close each time",
  full: { attributes: 200, calls: 20 },
  quick: { attributes: 200, calls: 3 },
  rounds: 11,
  python,
  limits: [toOriginal(0.2, 0.5)],
  setup: async (context) => {
    const file = new HDF5StorageManager(`${context.shared}/attributes.h5`);
    await file.storeData(SMALL, "data");
    const names = Array.from({ length: sizeOf(context, "attributes") }, (_, i) => `key_${i}`);
    // A third each of numbers, whole numbers and texts.
    const value = (i: number) => (i % 3 === 0 ? i + 0.5 : i % 3 === 1 ? i : `value ${i}`);
    await file.setMetadata(Object.fromEntries(names.map((name, i) => [name, value(i)])), "data");
    await file.closeFile();
  },
  ours: (context) => {
    let found: Record<string, unknown> = {};
    return {
      run: async () => {
        const file = new HDF5StorageManager(`${context.shared}/attributes.h5`, context.options);
        for (let i = 0; i < sizeOf(context, "calls"); i++) found = await file.getMetadata("data");
      },
      check: () => {
        expectEqual("number of attributes", Object.keys(found).length, sizeOf(context, "attributes"));
        expectEqual("key_3", found.key_3, 3.5);
        expectEqual("key_5", found.key_5, "value 5");
      },
    };
  },
  h5wasm: async (context) => {
    const { File } = await rawH5wasm();
    return {
      run: () => {
        for (let i = 0; i < sizeOf(context, "calls"); i++) {
          const file = new File(`${context.shared}/attributes.h5`, "r");
          const node = file.get("data");
          if (node !== null && "attrs" in node) for (const one of Object.values(node.attrs)) void one.value;
          file.close();
        }
      },
    };
  },
};

const storeSmallCase: CallCase = {
  name: "store-small",
  title: "store 200 small datasets, open and close each time",
  full: { datasets: 200 },
  quick: { datasets: 30 },
  rounds: 15,
  python,
  limits: [toOriginal(1.0, 1.3)],
  ours: (context) => ({
    prepare: () => rmSync(scratch(context), { force: true }),
    run: () =>
      storeSmall(new HDF5StorageManager(scratch(context), context.options), sizeOf(context, "datasets")),
    check: async () => {
      const nodes = await new HDF5StorageManager(scratch(context)).listNodes();
      const datasets = nodes.filter((node) => node.kind === "dataset").length;
      expectEqual("number of datasets", datasets, sizeOf(context, "datasets"));
    },
  }),
  h5wasm: async (context) => {
    const { File } = await rawH5wasm();
    return {
      prepare: () => {
        rmSync(scratch(context), { force: true });
        new File(scratch(context), "w").close();
      },
      run: () => {
        for (let i = 0; i < sizeOf(context, "datasets"); i++) {
          const file = new File(scratch(context), "a");
          file.create_dataset({ name: smallName(i), data: SMALL });
          file.close();
        }
      },
    };
  },
};

const removeSmall: CallCase = {
  name: "remove-small",
  title: "remove 200 small datasets, open and close each time",
  full: { datasets: 200 },
  quick: { datasets: 30 },
  rounds: 15,
  python,
  limits: [toOriginal(1.0, 1.3)],
  ours: (context) => ({
    prepare: async () => {
      rmSync(scratch(context), { force: true });
      await storeSmall(new HDF5StorageManager(scratch(context)), sizeOf(context, "datasets"));
    },
    run: async () => {
      const file = new HDF5StorageManager(scratch(context), context.options);
      for (let i = 0; i < sizeOf(context, "datasets"); i++) await file.removeData(smallName(i));
    },
    check: async () => {
      const nodes = await new HDF5StorageManager(scratch(context)).listNodes();
      expectEqual("datasets left", nodes.filter((node) => node.kind === "dataset").length, 0);
    },
  }),
};

const GROUPS = 40;

const listTree: CallCase = {
  name: "list-tree",
  title: "list a tree of 2,000 nodes with shape, dtype, chunks and stored bytes",
  full: { nodes: 2000 },
  quick: { nodes: 200 },
  rounds: 11,
  python,
  limits: [toOriginal(0.15, 0.5)],
  setup: async (context) => {
    const { File } = await rawH5wasm();
    const file = new File(`${context.shared}/tree.h5`, "w");
    const each = sizeOf(context, "nodes") / GROUPS - 1;
    for (let g = 0; g < GROUPS; g++) {
      const group = file.create_group(`group_${g}`);
      for (let i = 0; i < each; i++) group.create_dataset({ name: smallName(i), data: SMALL });
    }
    file.close();
  },
  ours: (context) => {
    let found = 0;
    return {
      run: async () => {
        found = (await new HDF5StorageManager(`${context.shared}/tree.h5`, context.options).listNodes())
          .length;
      },
      // The root may be listed or not.
      check: () => {
        if (found < sizeOf(context, "nodes")) throw new Error(`only ${found} nodes`);
      },
    };
  },
  h5wasm: async (context) => {
    const { File } = await rawH5wasm();
    return {
      run: () => {
        const file = new File(`${context.shared}/tree.h5`, "r");
        for (const path of file.paths()) {
          const node = file.get(path);
          if (node !== null && "metadata" in node) void node.metadata;
        }
        file.close();
      },
    };
  },
};

export const cases: readonly CallCase[] = [
  setAttribute,
  readAttributes,
  storeSmallCase,
  removeSmall,
  listTree,
];
