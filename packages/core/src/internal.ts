export { checkStringLength } from "./check-supported.js";
export { concatenate, takeSteps } from "./concatenate.js";
export { entriesPerElement } from "./data-type.js";
export { type ExistingDataset, fitToAppend, fitToOverwrite } from "./existing-dataset.js";
export { attributeName, placeholderData } from "./metadata.js";
export { checkNewName, pathParts } from "./node-path.js";
export { mayGrowTo, resolveAxis, sameShape } from "./shape.js";
export { arrayBytes } from "./storage-buffer.js";
export { withoutLogging } from "./with-logging.js";
