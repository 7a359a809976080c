import { rmSync } from "node:fs";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { finish, folder } from "./shared.js";

rmSync(`${folder}/stored.h5`, { force: true });
const file = new HDF5StorageManager(`${folder}/stored.h5`);
await file.storeData(new Float64Array(1024).fill(2), "data");
await file.setMetadata({ sample_rate: 0.5 }, "data");
const { data } = await file.getData("data");
finish(data[1023] === 2);
