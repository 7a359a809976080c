// CommonJS: every package by require(), as Node 20.19 and 22.12 allow.
const { ndarray } = require("@tvb-storage/core");
const { isTVBException } = require("@tvb-storage/errors");
const { FilesHelper } = require("@tvb-storage/fs-helper");
const { HDF5StorageManager } = require("@tvb-storage/h5-backend");
const { memoryBackend } = require("@tvb-storage/testkit");
const { XMLWriter } = require("@tvb-storage/xml-meta");
const { TvbZip } = require("@tvb-storage/zip");

async function main() {
  const files = new FilesHelper({ storageRoot: "storage" });
  const operation = await files.getProjectFolder("P", "1");
  await files.removeFiles([`${operation}/x.h5`]);
  const file = new HDF5StorageManager(`${operation}/x.h5`);
  await file.storeData(ndarray([1, 2, 3]), "data");
  console.log((await file.getData("data")).data);
  const zip = await TvbZip.open("p.zip", "w");
  await zip.writeZipFolder(await files.getProjectFolder("P"));
  console.log(zip.namelist());
  await zip.close();
  console.log(new XMLWriter({ name: "P" }).toString().length, memoryBackend.name);
  await file.getData("none").catch((error) => console.log(isTVBException(error, "MISSING_DATASET")));
}
main();
