// File Format Specification, "Disk Format: Level 2A2 - Data Object Header Messages": the types that are read here.

export const NIL = 0x0000;
export const DATASPACE = 0x0001;
export const LINK_INFO = 0x0002;
export const DATATYPE = 0x0003;
export const FILL_VALUE_OLD = 0x0004;
export const FILL_VALUE = 0x0005;
export const LINK = 0x0006;
export const EXTERNAL_FILES = 0x0007;
export const LAYOUT = 0x0008;
export const GROUP_INFO = 0x000a;
export const FILTER_PIPELINE = 0x000b;
export const ATTRIBUTE = 0x000c;
export const COMMENT = 0x000d;
export const MODIFICATION_TIME_OLD = 0x000e;
export const SHARED_TABLE = 0x000f;
export const CONTINUATION = 0x0010;
export const SYMBOL_TABLE = 0x0011;
export const MODIFICATION_TIME = 0x0012;
export const BTREE_K_VALUES = 0x0013;
export const ATTRIBUTE_INFO = 0x0015;
export const REFERENCE_COUNT = 0x0016;
export const FILE_SPACE_INFO = 0x0017;
export const CACHE_IMAGE = 0x0018;

/** Header message flag bit 1: the body only points to where the message is. */
export const SHARED_FLAG = 0x02;

const NAMES: Readonly<Record<number, string>> = {
  [DATASPACE]: "dataspace",
  [LINK_INFO]: "link info",
  [DATATYPE]: "datatype",
  [FILL_VALUE_OLD]: "fill value",
  [FILL_VALUE]: "fill value",
  [LINK]: "link",
  [EXTERNAL_FILES]: "external files",
  [LAYOUT]: "data layout",
  [FILTER_PIPELINE]: "filter pipeline",
  [ATTRIBUTE]: "attribute",
  [SHARED_TABLE]: "shared message table",
  [CONTINUATION]: "header continuation",
  [SYMBOL_TABLE]: "symbol table",
  [BTREE_K_VALUES]: "B-tree K values",
  [ATTRIBUTE_INFO]: "attribute info",
  [REFERENCE_COUNT]: "reference count",
  [CACHE_IMAGE]: "cache image",
};

/** What messages about damage call a header message: `datatype message`. */
export function messageName(type: number): string {
  return `${NAMES[type] ?? `0x${type.toString(16)}`} message`;
}
