export { isOfDeadProcess, stagingName } from "./staging-name.js";
