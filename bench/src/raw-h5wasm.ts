import type { Dataset, File } from "h5wasm/node";

/** h5wasm's Node build. Loaded on demand, so that it does not count as memory of the other contenders. */
export async function rawH5wasm(): Promise<typeof import("h5wasm/node")> {
  const module = await import("h5wasm/node");
  await module.ready;
  return module;
}

/** @throws Error when there is no such dataset. */
export function datasetOf(file: File, name = "data"): Dataset {
  const dataset = file.get(name);
  if (dataset === null || !("slice" in dataset)) throw new Error(`no dataset ${name}`);
  return dataset;
}
