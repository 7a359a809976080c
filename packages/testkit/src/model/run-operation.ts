import type { NDArray, StorageManager } from "@tvb-storage/core";
import type { ModelArray, Operation } from "./operation.js";

function toNDArray({ dtype, shape, entries }: ModelArray): NDArray {
  if (dtype === "string") return { dtype, shape, data: entries.map(String) };
  const numbers = entries.map(Number);
  return dtype === "int32"
    ? { dtype, shape, data: Int32Array.from(numbers) }
    : { dtype, shape, data: Float64Array.from(numbers) };
}

/** Calls the manager, and returns its result in the form of the model. */
export async function runOperation(m: StorageManager, operation: Operation): Promise<unknown> {
  switch (operation.call) {
    case "store":
      return m.storeData(toNDArray(operation.array), operation.path);
    case "append": {
      const { array, path, closeFile } = operation;
      return m.appendData(toNDArray(array), path, { growDimension: 0, closeFile });
    }
    case "read": {
      const { dtype, shape, data } = await m.getData(operation.path, { selection: operation.selection });
      return { dtype, shape: [...shape], entries: Array.from<unknown>(data) };
    }
    case "shape":
      return m.getDataShape(operation.path);
    case "stream": {
      const entries: unknown[] = [];
      for await (const { block } of m.streamData(operation.path, { blockBytes: operation.blockBytes }))
        entries.push(...Array.from<unknown>(block.data));
      return entries;
    }
    case "remove":
      return m.removeData(operation.path);
    case "list": {
      const nodes = await m.listNodes();
      return nodes
        .map(({ path }) => path.slice(1))
        .filter((path) => path !== "")
        .sort();
    }
    case "setMetadata":
      return m.setMetadata({ [operation.key]: operation.value }, operation.path);
    case "getMetadata":
      return m.getMetadata(operation.path);
    case "removeMetadata":
      return m.removeMetadata(operation.key, operation.path);
    case "close":
      return m.closeFile();
  }
}
