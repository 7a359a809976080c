import { expect } from "vitest";
import type { ExpectedFile } from "../../../../test/support/expected.js";
import { HDF5StorageManager, verify } from "../../src/index.js";
import { seededBelow } from "../fuzz/mutate.js";
import { DatasetModel, FileModel, GroupModel } from "./file-model.js";
import type { H5pyServer } from "./h5py-server.js";

/** Who writes the file that a sequence begins with. */
export const ORIGINS = ["earliest", "latest", "ours"] as const;

const multiples = (count: number): number[] => Array.from({ length: count }, (_, i) => i * 1.5);

/** The content that `base` of h5py-server.py writes. */
function baseModel(): FileModel {
  const model = new FileModel();
  for (let i = 0; i < 24; i++) {
    const dataset = new DatasetModel(multiples(i + 1), i % 2 === 0);
    if (i % 4 === 3)
      dataset.attributes.set(
        "TVB_large",
        Array.from({ length: 300 }, (_, value) => value),
      );
    for (let j = 0; j < i % 5; j++) dataset.attributes.set(`TVB_k${j}`, i + j);
    model.set(`g${i % 3}/d${i}`, dataset);
    if (i % 6 === 0) {
      model.set(`links/h${i}`, dataset);
      model.set(`links/s${i}`, `/g${i % 3}/d${i}`);
    }
  }
  return model;
}

async function check(server: H5pyServer, path: string, model: FileModel): Promise<void> {
  const { addresses: _addresses, groups, ...found }: ExpectedFile = await server.look(path);
  expect({ ...found, groups: [...groups].sort() }).toEqual(model.expected());
}

/** One random call on the file and on the model. */
async function step(
  manager: HDF5StorageManager,
  model: FileModel,
  below: (limit: number) => number,
  fresh: () => string,
): Promise<void> {
  const all = [...model.paths()];
  const datasets = all.filter((entry): entry is [string, DatasetModel] => entry[1] instanceof DatasetModel);
  const [anyPath] = all[below(all.length)] ?? [];
  const [path, dataset] = datasets[below(datasets.length)] ?? [];
  switch (below(8)) {
    case 0: {
      const name = `g${below(4)}/${fresh()}`;
      await manager.storeData(Float64Array.from(multiples(1 + below(2000))), name);
      const stored = await manager.getData(name);
      model.set(name, new DatasetModel([...(stored.data as Float64Array)], false)); // as it was stored
      return;
    }
    case 1: {
      const name = `deep/er${below(3)}/${fresh()}`;
      const rows = multiples(1 + below(20));
      await manager.appendData(rows, name, {
        chunks: [1 + below(8)],
        ...(below(2) === 0 ? { compression: "gzip" } : {}),
      });
      model.set(name, new DatasetModel(rows, true));
      return;
    }
    case 2:
      if (path === undefined || !dataset?.grows) return;
      await manager.appendData(multiples(5), path, { closeFile: below(2) === 0 });
      dataset.values.push(...multiples(5));
      return;
    case 3: {
      if (path === undefined || dataset === undefined) return;
      dataset.values = dataset.values.map((value) => value + 1);
      await manager.storeData(dataset.values, path);
      return;
    }
    case 4:
    case 5:
      if (anyPath === undefined || (model.get(anyPath) instanceof GroupModel && below(4) > 0)) return;
      await manager.removeData(anyPath);
      model.remove(anyPath);
      return;
    case 6: {
      if (path === undefined || dataset === undefined) return;
      for (const key of ["k0", fresh()]) {
        const large = below(3) === 0;
        const value = large ? multiples(1 + below(200)) : below(1000);
        await manager.setMetadata({ [key]: value }, path);
        dataset.attributes.set(`TVB_${key}`, value);
      }
      return;
    }
    default: {
      const keys = [...(dataset?.attributes.keys() ?? [])];
      const key = keys[below(keys.length)];
      if (path === undefined || key === undefined) return;
      await manager.removeMetadata(key.slice("TVB_".length), path);
      dataset?.attributes.delete(key);
    }
  }
}

/** A random sequence of calls; then h5py must see what the model has, and be able to go on. */
export async function runSequence(
  server: H5pyServer,
  path: string,
  origin: (typeof ORIGINS)[number],
  seed: number,
): Promise<void> {
  const below = seededBelow(seed);
  let names = 0;
  const fresh = (): string => `n${names++}`;
  const manager = new HDF5StorageManager(path);
  let model = new FileModel();
  if (origin === "ours") {
    await manager.storeData(multiples(3), "g0/first");
    model.set("g0/first", new DatasetModel(multiples(3), false));
  } else {
    await server.call("base", path, origin, origin === "latest" ? "latest" : "v108");
    model = baseModel();
  }
  for (let count = 12; count > 0; count--) await step(manager, model, below, fresh);
  await manager.closeFile();
  await check(server, path, model);
  await server.call("stat", path);
  expect(await verify(path)).toEqual([]);

  const paths = [...model.paths()]
    .filter(([, target]) => !(target instanceof GroupModel))
    .map(([name]) => name);
  const gone = paths.filter((_, index) => index % 3 === 0);
  await server.call("delete", path, gone);
  for (const name of gone) model.remove(name);
  const added = [`g1/${fresh()}`, `new/${fresh()}`, fresh()];
  await server.call("add", path, added);
  added.forEach((name, index) => {
    const dataset = new DatasetModel(multiples(index + 2), false);
    dataset.attributes.set("TVB_k0", index);
    model.set(name, dataset);
  });
  await check(server, path, model);
  expect(await verify(path)).toEqual([]);
}
