export {
  type NDArray,
  type NodeInfo,
  type Selection,
  type Slice,
  slice,
  toNested,
} from "@tvb-storage/core/arrays";
export type { FileBytes } from "@tvb-storage/files";
export { blobFile, type HttpFileOptions, httpFile, syncAccessFile } from "@tvb-storage/files";
export type { FieldInfo, TypeInfo } from "./datatypes/type-info.js";
export type { AttributeValue } from "./elements/read-attributes.js";
export type { FilterContext, FilterDecoder, FilterDecoders } from "./filters/filter.js";
export {
  Hdf5File,
  type ListOptions,
  type OpenOptions,
  open,
  type ReadOptions,
  verify,
} from "./reader/hdf5-file.js";
export type { Hdf5Source } from "./reader/source-port.js";
export type { StructureProblem } from "./verify/walk-structure.js";
