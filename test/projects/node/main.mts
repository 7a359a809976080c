// A program for Node in strict TypeScript that uses every package.

import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createBackendRegistry, type NDArray, ndarray, type StorageManager, slice } from "@tvb-storage/core";
import { isTVBException } from "@tvb-storage/errors";
import { FilesHelper } from "@tvb-storage/fs-helper";
import { h5Backend } from "@tvb-storage/h5-backend";
import { memoryBackend } from "@tvb-storage/testkit";
import { XMLReader } from "@tvb-storage/xml-meta";
import { TvbZip } from "@tvb-storage/zip";

function sum(array: NDArray): number {
  if (array.dtype !== "float64") throw new Error(`float64 expected, not ${array.dtype}`);
  return array.data.reduce((total, value) => total + value, 0);
}

async function use(manager: StorageManager): Promise<number> {
  await manager.storeData(
    ndarray([
      [1, 2],
      [3, 4],
    ]),
    "weights",
  );
  const last: NDArray = await manager.getData("weights", { selection: [slice(-1, null)] });
  await manager.closeFile();
  return sum(last);
}

await rm("storage", { recursive: true, force: true });
const files = new FilesHelper({ storageRoot: "storage" });
const operation = await files.getProjectFolder("P", "1");
await files.writeProjectMetadata({ name: "P" }, "Project.xml");
const registry = createBackendRegistry([h5Backend, memoryBackend]);
for (const name of registry.names)
  console.log(name, await use(registry.open(name, `${operation}/${name}.data`)));

const archive = await TvbZip.open("storage/p.zip", "w");
await archive.writeZipFolder(await files.getProjectFolder("P"));
await archive.close();
const reading = await TvbZip.open("storage/p.zip", "r");
await pipeline(await reading.open("Project.xml"), createWriteStream("storage/copy.xml"));
const again = (await reading.open("Project.xml")).pipe(createWriteStream("storage/again.xml"));
await once(again, "finish"); // the archive is closed next
await reading.close();
console.log(await new XMLReader("storage/copy.xml").readMetadataFromXml());
await files.copyFile("storage/copy.xml", createWriteStream("storage/third.xml"));
try {
  await files.readProjectMetadata("nowhere", "Project.xml");
} catch (error) {
  if (!isTVBException(error)) throw error;
  console.log(error.code);
}
