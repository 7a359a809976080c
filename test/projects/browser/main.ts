// A program for a browser in strict TypeScript: no types of Node, nothing of the libraries left unchecked.

import { type NDArray, ndarray, type StorageManager, slice } from "@tvb-storage/core";
import { type ErrorCode, isTVBException } from "@tvb-storage/errors";
import { memoryFileSystem } from "@tvb-storage/files";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { XMLReader, XMLWriter } from "@tvb-storage/xml-meta";

async function sumOf(manager: StorageManager, name: string): Promise<number> {
  let sum = 0;
  for await (const { block } of manager.streamData(name)) {
    if (block.dtype !== "float64") continue;
    const values: Float64Array = block.data;
    for (const value of values) sum += value;
  }
  return sum;
}

export async function main(): Promise<string> {
  const file = new HDF5StorageManager("/memory.h5", { fs: memoryFileSystem() });
  await file.storeData(ndarray(Float64Array.of(1, 2, 3, 4), { shape: [2, 2] }), "weights", {
    compression: "gzip",
  });
  await file.setMetadata({ sample_period: 1, when: new Date(2024, 1, 27) });
  const row: NDArray = await file.getData("weights", { selection: [0, slice(1, null)] });
  const sum = await sumOf(file, "weights");
  let code: ErrorCode | undefined;
  try {
    await file.getData("missing");
  } catch (error) {
    if (isTVBException(error)) code = error.code;
  }
  await file.closeFile();
  const { name } = XMLReader.parse(new XMLWriter({ name: "P" }).toString());
  return `${row.data.length} ${sum} ${code} ${String(name)}`;
}
