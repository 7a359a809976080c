import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { finish, shared } from "./shared.js";

let sum = 0;
for (let i = 0; i < 200; i++) {
  const file = new HDF5StorageManager(`${shared}/operation_${i % 20}/TimeSeries_${i}.h5`);
  const { key_2 } = await file.getMetadata();
  sum += Number(key_2);
}
finish(sum === 400);
