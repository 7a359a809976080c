export { namedBackend } from "./backend-registry.js";
export { decodeBlosc } from "./blosc.js";
export { checkCharacters, checkStringLength } from "./check-supported.js";
export { concatenate, takeSteps } from "./concatenate.js";
export { entriesPerElement, numbersIn } from "./data-type.js";
export {
  type DatatypeIdentity,
  datatypeIdentity,
  identityByName,
  plainGid,
} from "./datatype-identity.js";
export { type ChunkOptions, defaultChunkShape, growingLevels } from "./default-chunk-shape.js";
export type { ElementStream } from "./element-stream.js";
export { type ExistingDataset, fitToAppend, fitToOverwrite } from "./existing-dataset.js";
export { allocateBytes, FilterError, PAUSE_BYTES } from "./filter-error.js";
export { halfToNumber } from "./half-float.js";
export { decodeLz4Block } from "./lz4-block.js";
export { attributeName, placeholderData } from "./metadata.js";
export { checkNewName, pathParts } from "./node-path.js";
export { charactersOf, decodeNpyElements } from "./npy/npy-elements.js";
export { NPY_START_BYTES, type NpyHeader, parseNpyHeader } from "./npy/npy-header.js";
export { writeNpy } from "./npy/write-npy.js";
export { layoutOptionRules } from "./options.js";
export { RowAccumulator } from "./row-accumulator.js";
export { MAX_RANK, mayGrowTo, resolveAxis, sameShape } from "./shape.js";
export { shuffle, unshuffle, unshuffleInTurns } from "./shuffle.js";
export { arrayBytes } from "./storage-buffer.js";
export { StoreInProgress } from "./store-in-progress.js";
export { type Cell, cellsOf, numberText, TextOutput } from "./text/cells.js";
export {
  halfToEven,
  isNegative,
  parseExponential,
  shortestDigits,
  shortestText,
} from "./text/float-digits.js";
export { type AxisLabels, writeCsv } from "./text/write-csv.js";
export { datasetAt } from "./transaction-nodes.js";
export { withoutLogging } from "./with-logging.js";
export { zstdFrame } from "./zstd-frame.js";
