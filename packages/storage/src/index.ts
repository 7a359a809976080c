export type { CopyProblem, CopyReport } from "@tvb-storage/core";
export { type CopyStorageOptions, copyStorage } from "./copy-storage.js";
export { getFilename } from "./data-file-name.js";
