export { describeStorageManager } from "./suites/describe-storage-manager.js";
