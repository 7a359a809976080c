import { decodeText, encodeText } from "@tvb-storage/files";
import { ByteList } from "../bytes/byte-list.js";
import { ByteReader } from "../bytes/byte-reader.js";
import { type Dataspace, decodeDataspace } from "../datatypes/dataspace-message.js";
import type { Datatype } from "../datatypes/datatype.js";
import { decodeDatatype } from "../datatypes/datatype-message.js";
import { DATASPACE, DATATYPE } from "../headers/message-type.js";
import type { StructureFile } from "../headers/structure-file.js";
import { resolveShared } from "../messages/shared-message.js";

// File Format Specification, "The Attribute Message".

const SHARED_DATATYPE = 0x01;
const SHARED_DATASPACE = 0x02;

/** An attribute message split into its parts, none of which is decoded yet but the name. */
export interface AttributeParts {
  readonly name: string;
  readonly datatype: AttributePart;
  readonly dataspace: AttributePart;
  /** The value, in the datatype's encoding. */
  readonly data: Uint8Array;
}

interface AttributePart {
  /** Where it begins, in bytes from the start of the message's body. */
  readonly at: number;
  readonly bytes: Uint8Array;
  /** It only points to where the message is. */
  readonly shared: boolean;
}

/** Splits the attribute message that the reader is over. */
export function splitAttribute(reader: ByteReader): AttributeParts {
  const version = reader.expectVersion(1, 2, 3);
  const flags = reader.u8(); // reserved in version 1
  const nameSize = reader.u16();
  const datatypeSize = reader.u16();
  const dataspaceSize = reader.u16();
  if (version === 3) reader.skip(1); // character set: ASCII is UTF-8 too
  const nameBytes = reader.take(nameSize);
  const end = nameBytes.indexOf(0);
  const name = decodeText(end < 0 ? nameBytes : nameBytes.subarray(0, end));
  if (version === 1) reader.alignTo8();
  const part = (size: number, sharedBit: number): AttributePart => {
    const at = reader.position;
    const bytes = reader.take(size);
    if (version === 1) reader.alignTo8();
    return { at, bytes, shared: version > 1 && (flags & sharedBit) !== 0 };
  };
  const datatype = part(datatypeSize, SHARED_DATATYPE);
  const dataspace = part(dataspaceSize, SHARED_DATASPACE);
  return { name, datatype, dataspace, data: reader.bytes.subarray(reader.position) };
}

export function attributeDatatype(file: StructureFile, parts: AttributeParts, address: number): Datatype {
  return decodePart(file, parts.datatype, DATATYPE, "attribute's datatype", address, decodeDatatype);
}

export function attributeDataspace(file: StructureFile, parts: AttributeParts, address: number): Dataspace {
  return decodePart(file, parts.dataspace, DATASPACE, "attribute's dataspace", address, decodeDataspace);
}

function decodePart<T>(
  file: StructureFile,
  part: AttributePart,
  type: number,
  structure: string,
  address: number,
  decode: (reader: ByteReader) => T,
): T {
  const own = new ByteReader(part.bytes, file, structure, address + part.at);
  if (!part.shared) return decode(own);
  const body = resolveShared(file, type, own);
  return decode(new ByteReader(body.bytes, file, structure, body.address));
}

/**
 * The encoding of an attribute, version 3. The name is UTF-8 where it is not ASCII. With `isShared`, the datatype is in
 * the shared form.
 */
export function encodeAttribute(
  name: string,
  datatype: Uint8Array,
  dataspace: Uint8Array,
  data: Uint8Array,
  isShared = false,
): Uint8Array {
  const encoded = encodeText(name);
  const list = new ByteList()
    .u8(3)
    .u8(isShared ? SHARED_DATATYPE : 0)
    .u16(encoded.length + 1)
    .u16(datatype.length)
    .u16(dataspace.length);
  list.u8(encoded.some((byte) => byte > 0x7f) ? 1 : 0);
  return list.put(encoded).u8(0).put(datatype).put(dataspace).put(data).bytes;
}
