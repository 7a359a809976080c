import { ByteWriter } from "../bytes/byte-writer.js";
import { NIL } from "../headers/message-type.js";
import { messagePrefixSize } from "../headers/object-header.js";
import type { StructureFile } from "../headers/structure-file.js";
import type { NewMessage } from "./header-editor.js";

export interface NewHeaderOptions {
  /** Bytes for messages that come later, their prefixes included; default 0. */
  readonly room?: number;
  /** The order of creation of attributes is tracked, and indexed; default false. */
  readonly tracksAttributeOrder?: boolean;
}

/** Flags of a version 2 header: bits 0 and 1 are the bytes of its size, 2 and 3 the order of attributes. */
const TRACKED_AND_INDEXED = 0x0c;
const SIGNATURE = new TextEncoder().encode("OHDR");

/**
 * Writes a version 2 object header without times, as h5py's datasets have it. "Version 2 Data Object Header Prefix".
 *
 * @returns its address.
 */
export function createObjectHeader(
  file: StructureFile,
  messages: readonly NewMessage[],
  options: NewHeaderOptions = {},
): number {
  const bytes = objectHeaderBytes(messages, options);
  const address = file.space.allocate(bytes.length);
  file.writeChecked(address, bytes);
  return address;
}

/** The bytes of such a header, without its checksum. */
export function objectHeaderBytes(
  messages: readonly NewMessage[],
  { room = 0, tracksAttributeOrder = false }: NewHeaderOptions,
): Uint8Array {
  const prefixSize = messagePrefixSize(2, tracksAttributeOrder);
  const used = messages.reduce((sum, { body }) => sum + prefixSize + body.length, 0);
  // A rest that is too short for a NIL message would be a gap: there is none.
  const size = used + (room >= prefixSize ? room : 0);
  const sizeBits = size < 2 ** 8 ? 0 : size < 2 ** 16 ? 1 : 2;
  const bytes = new Uint8Array(SIGNATURE.length + 2 + 2 ** sizeBits + size + 4);
  const writer = new ByteWriter(bytes).put(SIGNATURE).u8(2);
  writer.u8(sizeBits | (tracksAttributeOrder ? TRACKED_AND_INDEXED : 0)).uint(size, 2 ** sizeBits);
  const put = ({ type, body, flags = 0, creationOrder = 0 }: NewMessage): void => {
    writer.u8(type).u16(body.length).u8(flags);
    if (tracksAttributeOrder) writer.u16(creationOrder);
    writer.put(body);
  };
  for (const message of messages) put(message);
  if (size > used) put({ type: NIL, body: new Uint8Array(size - used - prefixSize) });
  return bytes;
}
