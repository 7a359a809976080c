// Bundled by esbuild for Node, as an ES module and as CommonJS. An `import` of main() runs it.
import { ndarray } from "@tvb-storage/core";
import { FilesHelper } from "@tvb-storage/fs-helper";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { XMLWriter } from "@tvb-storage/xml-meta";
import { TvbZip } from "@tvb-storage/zip";

async function main() {
  const files = new FilesHelper({ storageRoot: "storage" });
  const operation = await files.getProjectFolder("P", "1");
  await files.removeFiles([`${operation}/x.h5`]);
  await files.writeProjectMetadata({ name: "P" }, "Project.xml");
  const file = new HDF5StorageManager(`${operation}/x.h5`);
  await file.storeData(ndarray([1, 2, 3]), "data");
  console.log((await file.getData("data")).data);
  const zip = await TvbZip.open("p.zip", "w");
  await zip.writeZipFolder(await files.getProjectFolder("P"));
  await zip.close();
  const reading = await TvbZip.open("p.zip", "r");
  console.log(reading.namelist(), new XMLWriter({ name: "P" }).toString().length);
  await reading.close();
}
main();
