import type { ByteReader } from "../bytes/byte-reader.js";

// File Format Specification, "The Link Info Message".

export interface LinkInfo {
  readonly tracksCreationOrder: boolean;
  readonly nextCreationOrder: number | undefined;
  /** Where the links are when they are stored densely; undefined while they are header messages. */
  readonly heapAddress: number | undefined;
  readonly nameIndexAddress: number | undefined;
  readonly creationOrderIndexAddress: number | undefined;
}

/** Decodes the link info at the reader's position. */
export function decodeLinkInfo(reader: ByteReader): LinkInfo {
  reader.expectVersion(0);
  const flags = reader.u8();
  const tracksCreationOrder = (flags & 0x01) !== 0;
  return {
    tracksCreationOrder,
    nextCreationOrder: tracksCreationOrder ? reader.uint(8) : undefined,
    heapAddress: reader.fileAddress(),
    nameIndexAddress: reader.fileAddress(),
    creationOrderIndexAddress: (flags & 0x02) === 0 ? undefined : reader.fileAddress(),
  };
}
