import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { finish, shared } from "./shared.js";

const nodes = await new HDF5StorageManager(`${shared}/list.h5`).listNodes();
finish(nodes.filter(({ kind }) => kind === "dataset").length === 200);
