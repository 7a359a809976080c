import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { finish, shared } from "./shared.js";

const { data } = await new HDF5StorageManager(`${shared}/gzip.h5`).getData("data");
finish(data.length === 16_384);
