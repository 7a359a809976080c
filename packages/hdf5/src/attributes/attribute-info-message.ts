import type { ByteReader } from "../bytes/byte-reader.js";

// File Format Specification, "The Attribute Info Message".

export interface AttributeInfo {
  /** Where the attributes are when they are stored densely; undefined while they are header messages. */
  readonly heapAddress: number | undefined;
  readonly nameIndexAddress: number | undefined;
  readonly creationOrderIndexAddress: number | undefined;
}

/** Decodes the attribute info at the reader's position. */
export function decodeAttributeInfo(reader: ByteReader): AttributeInfo {
  reader.expectVersion(0);
  const flags = reader.u8();
  if ((flags & 0x01) !== 0) reader.skip(2); // the largest creation index so far
  return {
    heapAddress: reader.fileAddress(),
    nameIndexAddress: reader.fileAddress(),
    creationOrderIndexAddress: (flags & 0x02) === 0 ? undefined : reader.fileAddress(),
  };
}
