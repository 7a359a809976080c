export { npyBackend } from "./backend.js";
export { type NpyOptions, NpyStorageManager } from "./npy-storage-manager.js";
