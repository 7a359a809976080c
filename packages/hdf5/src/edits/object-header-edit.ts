import type { FilePort } from "@tvb-storage/files";
import type { ByteReader } from "../bytes/byte-reader.js";
import { ByteWriter } from "../bytes/byte-writer.js";
import { messageName, NIL, REFERENCE_COUNT } from "../headers/message-type.js";
import {
  bodyBytes,
  findMessage,
  type HeaderMessage,
  isShared,
  messageReader,
  type ObjectHeader,
  readObjectHeader,
  writeChunk,
} from "../headers/object-header.js";
import { type StructureFile, structureFile } from "../headers/structure-file.js";

/**
 * Makes a message a NIL message, whose space HDF5 uses again, and writes its
 * chunk. A gap at the chunk's end goes into it, since HDF5 refuses a chunk that
 * has both; the messages in between move, so `header` is not to be used for
 * this chunk afterwards.
 */
export function eraseMessage(file: StructureFile, header: ObjectHeader, message: HeaderMessage): void {
  const { chunk, prefixAt, bodyAt, size } = message;
  const { bytes, messagesEnd } = chunk;
  const usedEnd = Math.max(...header.messages.filter((other) => other.chunk === chunk).map(endOf));
  const gap = header.version === 1 ? 0 : messagesEnd - usedEnd;
  const end = endOf(message);
  if (gap > 0) bytes.copyWithin(end + gap, end, usedEnd);
  const writer = new ByteWriter(bytes, prefixAt);
  if (header.version === 1) writer.u16(NIL);
  else writer.u8(NIL);
  writer.u16(size + gap).u8(0);
  bytes.fill(0, bodyAt, bodyAt + size + gap);
  writeChunk(file, header, chunk);
}

function endOf(message: HeaderMessage): number {
  return message.bodyAt + message.size;
}

/** Overwrites the body of a message from byte `at` on, and writes its chunk. */
export function editMessage(
  file: StructureFile,
  header: ObjectHeader,
  message: HeaderMessage,
  at: number,
  edit: (writer: ByteWriter) => void,
): void {
  edit(new ByteWriter(message.chunk.bytes, message.bodyAt + at));
  writeChunk(file, header, message.chunk);
}

/** Writes how many hard links lead to an object. `count` is less than it was, and at least 1. */
export function lowerLinkCount(file: StructureFile, address: number, count: number): void {
  const header = readObjectHeader(file, address);
  if (header.version === 1) {
    const [first] = header.chunks;
    if (first === undefined) throw file.damage("object header", address, "it is empty");
    new ByteWriter(first.bytes, 4).u32(count);
    writeChunk(file, header, first);
    return;
  }
  const message = findMessage(header, REFERENCE_COUNT);
  if (message === undefined) throw file.damage("object header", address, "it has no reference count message");
  // No message means one link.
  if (count === 1) eraseMessage(file, header, message);
  else editMessage(file, header, message, 1, (writer) => writer.u32(count));
}

/** A message of an object, opened to be edited. */
export interface OpenMessage {
  readonly file: StructureFile;
  /** A view of the header's chunk, which `save` writes. */
  readonly body: Uint8Array;
  readonly reader: ByteReader;
  /** Whether others use the message too; it must not be edited then. */
  readonly shared: boolean;
  save(): void;
}

/**
 * Opens the first message of a type.
 *
 * @throws FileStorageException the object has none.
 */
export function openMessage(
  port: FilePort | StructureFile,
  objectAddress: number,
  type: number,
  fileName?: string,
): OpenMessage {
  const file = structureFile(port, fileName);
  const header = readObjectHeader(file, objectAddress);
  const message = findMessage(header, type);
  if (message === undefined)
    throw file.damage("object header", objectAddress, `it has no ${messageName(type)}`);
  return {
    file,
    body: bodyBytes(message),
    reader: messageReader(file, message),
    shared: isShared(message),
    save: () => writeChunk(file, header, message.chunk),
  };
}
