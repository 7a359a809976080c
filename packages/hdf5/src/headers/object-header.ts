import { ByteReader } from "../bytes/byte-reader.js";
import { CONTINUATION, messageName, REFERENCE_COUNT, SHARED_FLAG } from "./message-type.js";
import type { StructureFile } from "./structure-file.js";
import { Traversal } from "./traversal.js";

// File Format Specification, "Disk Format: Level 2A1 - Data Object Header Prefix".

/** Bytes of the first read, which usually has the whole first chunk. */
const FIRST_READ = 512;

/** Attributes in a version 2 header at most, where it does not say. */
const MAX_COMPACT_ATTRIBUTES = 8;

/** Object header flags of version 2. */
const TRACK_ATTRIBUTE_ORDER = 0x04;
const STORES_PHASE_CHANGE = 0x10;
const STORES_TIMES = 0x20;

/** A contiguous piece of an object header, with everything that is checksummed. */
export interface HeaderChunk {
  readonly address: number;
  /** The piece as it is in the file. Editors change these bytes and write them back. */
  readonly bytes: Uint8Array;
  /** Where its messages begin and end, in bytes from the start of the piece. */
  readonly messagesAt: number;
  readonly messagesEnd: number;
}

export interface HeaderMessage {
  readonly type: number;
  readonly flags: number;
  /** The order of creation among attributes, where the header tracks it. */
  readonly creationOrder: number | undefined;
  readonly chunk: HeaderChunk;
  /** Where the message's prefix begins, in bytes from the start of its chunk. */
  readonly prefixAt: number;
  /** Where the message's body begins, in bytes from the start of its chunk. */
  readonly bodyAt: number;
  /** Bytes of the body. */
  readonly size: number;
}

export interface ObjectHeader {
  readonly address: number;
  readonly version: 1 | 2;
  /** Flags of a version 2 header, else 0. */
  readonly flags: number;
  /** Hard links to this object. */
  readonly linkCount: number;
  readonly tracksAttributeOrder: boolean;
  /** Attributes that are kept in the header at most. */
  readonly maxCompactAttributes: number;
  readonly chunks: readonly HeaderChunk[];
  readonly messages: readonly HeaderMessage[];
}

/** The address of a message's body. */
export function bodyAddress(message: HeaderMessage): number {
  return message.chunk.address + message.bodyAt;
}

/** The body of a message as a view of its chunk. */
export function bodyBytes(message: HeaderMessage): Uint8Array {
  return message.chunk.bytes.subarray(message.bodyAt, message.bodyAt + message.size);
}

/** Reads the body of a message that is not shared. */
export function messageReader(file: StructureFile, message: HeaderMessage): ByteReader {
  return new ByteReader(bodyBytes(message), file, messageName(message.type), bodyAddress(message));
}

/** The first message of a type. */
export function findMessage(header: ObjectHeader, type: number): HeaderMessage | undefined {
  return header.messages.find((message) => message.type === type);
}

export function isShared(message: HeaderMessage): boolean {
  return (message.flags & SHARED_FLAG) !== 0;
}

/** Reads the header at `address` with all its continuations; checksums are verified. */
export function readObjectHeader(file: StructureFile, address: number): ObjectHeader {
  const start = file.bytesUpTo("object header", address, FIRST_READ);
  const isVersion2 = start[0] === 0x4f && start[1] === 0x48 && start[2] === 0x44 && start[3] === 0x52; // OHDR
  return isVersion2 ? readVersion2(file, address, start) : readVersion1(file, address, start);
}

/** "Version 1 Data Object Header Prefix". */
function readVersion1(file: StructureFile, address: number, start: Uint8Array): ObjectHeader {
  const reader = new ByteReader(start, file, "object header", address);
  reader.expectVersion(1);
  reader.skip(1);
  const messageCount = reader.u16();
  const linkCount = reader.u32();
  const messagesAt = 16; // after four bytes that align the messages
  const messagesEnd = messagesAt + reader.u32();
  const bytes = whole(file, address, start, messagesEnd);
  const collector = new MessageCollector(file, address, 1, false);
  collector.add({ address, bytes, messagesAt, messagesEnd });
  if (collector.messages.length > messageCount) {
    throw reader.damage(`it has ${collector.messages.length} messages but says ${messageCount}`);
  }
  return {
    address,
    version: 1,
    flags: 0,
    linkCount,
    tracksAttributeOrder: false,
    maxCompactAttributes: Number.POSITIVE_INFINITY,
    chunks: collector.chunks,
    messages: collector.messages,
  };
}

/** "Version 2 Data Object Header Prefix". */
function readVersion2(file: StructureFile, address: number, start: Uint8Array): ObjectHeader {
  const reader = new ByteReader(start, file, "object header", address);
  reader.expectSignature("OHDR");
  reader.expectVersion(2);
  const flags = reader.u8();
  if ((flags & STORES_TIMES) !== 0) reader.skip(16);
  let maxCompactAttributes = MAX_COMPACT_ATTRIBUTES;
  if ((flags & STORES_PHASE_CHANGE) !== 0) {
    maxCompactAttributes = reader.u16();
    reader.skip(2);
  }
  const size = reader.plainUint(2 ** (flags & 0x03));
  const messagesAt = reader.position;
  const messagesEnd = messagesAt + size;
  const bytes = whole(file, address, start, messagesEnd + 4);
  file.verifyChecksum("object header", address, bytes);
  const tracksAttributeOrder = (flags & TRACK_ATTRIBUTE_ORDER) !== 0;
  const collector = new MessageCollector(file, address, 2, tracksAttributeOrder);
  collector.add({ address, bytes, messagesAt, messagesEnd });
  const count = collector.messages.find((message) => message.type === REFERENCE_COUNT);
  return {
    address,
    version: 2,
    flags,
    linkCount: count === undefined ? 1 : readReferenceCount(file, count),
    tracksAttributeOrder,
    maxCompactAttributes,
    chunks: collector.chunks,
    messages: collector.messages,
  };
}

/** "The Object Reference Count Message". */
function readReferenceCount(file: StructureFile, message: HeaderMessage): number {
  const reader = messageReader(file, message);
  reader.expectVersion(0);
  return reader.u32();
}

/** The first `length` bytes from `address`, of which `start` may hold all already. */
function whole(file: StructureFile, address: number, start: Uint8Array, length: number): Uint8Array {
  if (length <= start.length) return start.subarray(0, length);
  return file.bytes("object header", address, length);
}

/** Bytes of a message's prefix. */
export function messagePrefixSize(version: 1 | 2, tracksAttributeOrder: boolean): number {
  if (version === 1) return 8;
  return tracksAttributeOrder ? 6 : 4;
}

/** Splits chunks into messages and follows their continuations. */
class MessageCollector {
  readonly chunks: HeaderChunk[] = [];
  readonly messages: HeaderMessage[] = [];
  private readonly traversal: Traversal;
  private readonly prefixSize: number;

  constructor(
    private readonly file: StructureFile,
    private readonly address: number,
    private readonly version: 1 | 2,
    private readonly tracksOrder: boolean,
  ) {
    this.traversal = new Traversal(file);
    this.prefixSize = messagePrefixSize(version, tracksOrder);
  }

  /** Adds a chunk and all chunks that it leads to, in the order in which HDF5 meets them. */
  add(first: HeaderChunk): void {
    const waiting = [first];
    for (let chunk = waiting.shift(); chunk !== undefined; chunk = waiting.shift()) {
      this.traversal.enter("object header chunk", chunk.address, chunk.bytes.length);
      this.chunks.push(chunk);
      for (const message of this.split(chunk)) {
        this.messages.push(message);
        if (message.type === CONTINUATION) waiting.push(this.continuation(message));
      }
    }
  }

  /** "Header Message" prefixes, up to the chunk's end or a gap too short for another. */
  private split(chunk: HeaderChunk): HeaderMessage[] {
    const messages: HeaderMessage[] = [];
    const reader = new ByteReader(chunk.bytes, this.file, "object header chunk", chunk.address);
    reader.position = chunk.messagesAt;
    while (reader.position + this.prefixSize <= chunk.messagesEnd) {
      const prefixAt = reader.position;
      const type = this.version === 1 ? reader.u16() : reader.u8();
      const size = reader.u16();
      const flags = reader.u8();
      if (this.version === 1) reader.skip(3);
      const creationOrder = this.tracksOrder ? reader.u16() : undefined;
      const bodyAt = reader.position;
      if (bodyAt + size > chunk.messagesEnd) {
        throw reader.damage(`the message at byte ${prefixAt}, of ${size} bytes, passes its end`);
      }
      reader.skip(size);
      messages.push({ type, flags, creationOrder, chunk, prefixAt, bodyAt, size });
    }
    return messages;
  }

  /** "The Object Header Continuation Message". */
  private continuation(message: HeaderMessage): HeaderChunk {
    const reader = messageReader(this.file, message);
    const address = reader.definedAddress("the continuation");
    const length = reader.length();
    if (this.version === 1) {
      const bytes = this.file.bytes("object header continuation", address, length);
      return { address, bytes, messagesAt: 0, messagesEnd: length };
    }
    if (length < 8) throw reader.damage(`a continuation of ${length} bytes is too short`);
    const chunk = this.file.readChecked("object header continuation", address, length);
    chunk.expectSignature("OCHK");
    return { address, bytes: chunk.bytes, messagesAt: 4, messagesEnd: length - 4 };
  }
}

/** Writes a chunk back after an edit, with its checksum where the version has one. */
export function writeChunk(file: StructureFile, header: ObjectHeader, chunk: HeaderChunk): void {
  if (header.version === 1) file.write(chunk.address, chunk.bytes);
  else file.writeChecked(chunk.address, chunk.bytes);
}
