export { movePath } from "./move-path.js";
export { ProjectPaths } from "./project-paths.js";
export { checkName, operationFolderName } from "./safe-name.js";
