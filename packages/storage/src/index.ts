export { getFilename } from "./data-file-name.js";
