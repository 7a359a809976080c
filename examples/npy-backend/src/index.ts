export { type NpyOptions, NpyStorageManager, npyBackend } from "./npy-storage-manager.js";
