export { FilesHelper, type FilesHelperOptions } from "./files-helper.js";
