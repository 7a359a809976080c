export { type EntryStream, TvbZip } from "./tvb-zip.js";
export type { UnpackOptions, ZipLimits, ZipOptions } from "./zip-options.js";
export { DEFAULT_LIMITS } from "./zip-options.js";
