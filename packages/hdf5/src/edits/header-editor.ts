import { ByteWriter } from "../bytes/byte-writer.js";
import { CONTINUATION, NIL, REFERENCE_COUNT } from "../headers/message-type.js";
import {
  bodyBytes,
  type HeaderChunk,
  type HeaderMessage,
  messagePrefixSize,
  type ObjectHeader,
  readObjectHeader,
} from "../headers/object-header.js";
import type { StructureFile } from "../headers/structure-file.js";

// File Format Specification, "Disk Format: Level 2A - Data Object Headers".

/** A message that is to be in an object header. */
export interface NewMessage {
  readonly type: number;
  readonly body: Uint8Array;
  /** "Header Message #n Flags"; default 0. */
  readonly flags?: number;
  /** The order of creation of an attribute, in headers that track it. */
  readonly creationOrder?: number | undefined;
}

/** A message as the editor keeps it. */
export interface EditedMessage {
  readonly type: number;
  readonly flags: number;
  readonly creationOrder: number;
  /** Without the zeros that align it. Change it in place only through `replace`. */
  body: Uint8Array;
}

interface EditedChunk {
  readonly address: number;
  /** The bytes of the chunk; messages are written into them at `save`. */
  bytes: Uint8Array;
  readonly messagesAt: number;
  messagesEnd: number;
  messages: EditedMessage[];
  /** NIL messages as they are in the file. */
  nilCount: number;
  isChanged: boolean;
}

/** "Message data" of a version 1 header is a multiple of this, and no message of either is longer than its 16 bits. */
const ALIGNMENT = 8;
const MAX_MESSAGE_BYTES = 65_535;
/** The least and the largest room of a new continuation. */
const MIN_CHUNK_BYTES = 120;
const MAX_CHUNK_BYTES = 16 * 1024;
const NEVER_SHARED = 0x04;

/**
 * The header of one object, opened once, changed and saved once. Messages that no longer fit their chunk go to a
 * continuation. HDF5 must not have the file open.
 */
export class HeaderEditor {
  readonly #file: StructureFile;
  readonly address: number;
  readonly version: 1 | 2;
  readonly tracksAttributeOrder: boolean;
  /** Flags of a version 2 header, else 0. */
  readonly flags: number;
  /** Attributes that are kept in the header at most. */
  readonly maxCompactAttributes: number;
  readonly #chunks: EditedChunk[];
  #linkCount: number;

  /** @throws FileStorageException the header is damaged. */
  static open(file: StructureFile, address: number): HeaderEditor {
    return new HeaderEditor(file, readObjectHeader(file, address));
  }

  private constructor(file: StructureFile, header: ObjectHeader) {
    this.#file = file;
    this.address = header.address;
    this.version = header.version;
    this.tracksAttributeOrder = header.tracksAttributeOrder;
    this.flags = header.flags;
    this.maxCompactAttributes = header.maxCompactAttributes;
    this.#linkCount = header.linkCount;
    this.#chunks = header.chunks.map((chunk) => editedChunk(chunk, header.messages));
  }

  /** All messages, without NIL messages and continuations. */
  get messages(): readonly EditedMessage[] {
    return this.#chunks.flatMap((chunk) => chunk.messages.filter(({ type }) => type !== CONTINUATION));
  }

  /** The first message of a type. */
  find(type: number): EditedMessage | undefined {
    for (const { messages } of this.#chunks) {
      const found = messages.find((message) => message.type === type);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Adds a message to the first chunk with room for it, or to a new one. */
  add({ type, body, flags = 0, creationOrder = 0 }: NewMessage): EditedMessage {
    const message: EditedMessage = { type, flags, creationOrder, body };
    const size = this.#sizeOf(message);
    if (size > this.#prefixSize + MAX_MESSAGE_BYTES)
      throw this.#file.damage("object header", this.address, `a message of ${body.length} bytes is too long`);
    const chunk = this.#chunks.find((candidate) => this.#room(candidate) >= size) ?? this.#continue(size);
    chunk.messages.push(message);
    chunk.isChanged = true;
    return message;
  }

  remove(message: EditedMessage): void {
    const chunk = this.#chunkOf(message);
    chunk.messages = chunk.messages.filter((other) => other !== message);
    chunk.isChanged = true;
  }

  /** Gives a message another body, of whatever length. Returns the message, which may be another object. */
  replace(message: EditedMessage, body: Uint8Array): EditedMessage {
    const chunk = this.#chunkOf(message);
    const replaced = { ...message, body };
    if (this.#sizeOf(replaced) - this.#sizeOf(message) <= this.#room(chunk)) {
      chunk.messages = chunk.messages.map((other) => (other === message ? replaced : other));
      chunk.isChanged = true;
      return replaced;
    }
    this.remove(message);
    return this.add(replaced);
  }

  /** Hard links that lead to the object. */
  get linkCount(): number {
    return this.#linkCount;
  }

  /** "The Object Reference Count Message", which is not there for one link; in version 1 a field. */
  set linkCount(count: number) {
    if (count === this.#linkCount) return;
    this.#linkCount = count;
    const [first] = this.#chunks;
    if (first !== undefined) first.isChanged = true;
    if (this.version === 1) return;
    const message = this.find(REFERENCE_COUNT);
    if (count === 1) {
      if (message !== undefined) this.remove(message);
      return;
    }
    const body = new ByteWriter(new Uint8Array(5), 1).u32(count).bytes;
    if (message === undefined) this.add({ type: REFERENCE_COUNT, body, flags: NEVER_SHARED });
    else this.replace(message, body);
  }

  /** Writes the chunks that were changed. */
  save(): void {
    if (this.version === 1) this.#writePrefix();
    for (const chunk of this.#chunks) {
      if (!chunk.isChanged) continue;
      this.#encode(chunk);
      if (this.version === 1) this.#file.write(chunk.address, chunk.bytes);
      else this.#file.writeChecked(chunk.address, chunk.bytes);
      chunk.isChanged = false;
    }
  }

  get #prefixSize(): number {
    return messagePrefixSize(this.version, this.tracksAttributeOrder);
  }

  /** Bytes of a message with its prefix. */
  #sizeOf({ body }: { readonly body: Uint8Array }): number {
    const size = this.version === 1 ? Math.ceil(body.length / ALIGNMENT) * ALIGNMENT : body.length;
    return this.#prefixSize + size;
  }

  #room({ messagesAt, messagesEnd, messages }: EditedChunk): number {
    return messages.reduce((room, message) => room - this.#sizeOf(message), messagesEnd - messagesAt);
  }

  #chunkOf(message: EditedMessage): EditedChunk {
    const chunk = this.#chunks.find(({ messages }) => messages.includes(message));
    if (chunk === undefined)
      throw this.#file.damage("object header", this.address, "a message of it moved meanwhile");
    return chunk;
  }

  /** A new chunk with room for `size` bytes of messages. */
  #continue(size: number): EditedChunk {
    const file = this.#file;
    const body = new Uint8Array(file.offsetSize + file.lengthSize);
    const continuation: EditedMessage = { type: CONTINUATION, flags: 0, creationOrder: 0, body };
    const needed = this.#sizeOf(continuation);
    // Where no chunk has room for the continuation message, messages of one make it, and go to the new chunk.
    let moved: EditedMessage[] = [];
    let parent = this.#chunks.find((chunk) => this.#room(chunk) >= needed);
    if (parent === undefined) {
      const fits = this.#chunks.map((chunk) => this.#toMove(chunk, needed));
      const index = fits.findIndex((messages) => messages !== undefined);
      parent = this.#chunks[index];
      moved = fits[index] ?? [];
      if (parent === undefined)
        throw file.damage("object header", this.address, "it has no room for a continuation");
      parent.messages = parent.messages.filter((message) => !moved.includes(message));
    }
    const total = moved.reduce((sum, message) => sum + this.#sizeOf(message), size);
    const used = this.#chunks.reduce((sum, chunk) => sum + chunk.messagesEnd - chunk.messagesAt, 0);
    const room = Math.max(total, Math.min(Math.max(MIN_CHUNK_BYTES, used), MAX_CHUNK_BYTES));
    const messagesBytes = Math.ceil(room / ALIGNMENT) * ALIGNMENT;
    const messagesAt = this.version === 1 ? 0 : 4;
    const bytes = new Uint8Array(messagesBytes + (this.version === 1 ? 0 : 8));
    if (this.version === 2) new ByteWriter(bytes).put(SIGNATURE_OCHK);
    const chunk: EditedChunk = {
      address: file.space.allocate(bytes.length),
      bytes,
      messagesAt,
      messagesEnd: messagesAt + messagesBytes,
      messages: moved,
      nilCount: 0,
      isChanged: true,
    };
    new ByteWriter(body).uint(chunk.address, file.offsetSize).uint(bytes.length, file.lengthSize);
    parent.messages.push(continuation);
    parent.isChanged = true;
    this.#chunks.push(chunk);
    return chunk;
  }

  /** The last messages of a chunk that make room for `needed` bytes when they go; undefined where they do not. */
  #toMove(chunk: EditedChunk, needed: number): EditedMessage[] | undefined {
    const moved: EditedMessage[] = [];
    let room = this.#room(chunk);
    for (const message of [...chunk.messages].reverse()) {
      if (room >= needed) break;
      if (message.type === CONTINUATION) continue;
      moved.unshift(message);
      room += this.#sizeOf(message);
    }
    return room >= needed ? moved : undefined;
  }

  /** "Version 1 Data Object Header Prefix": how many messages there are, NIL ones included, and the link count. */
  #writePrefix(): void {
    const [first] = this.#chunks;
    if (first === undefined || !this.#chunks.some(({ isChanged }) => isChanged)) return;
    first.isChanged = true;
    let count = 0;
    for (const chunk of this.#chunks) {
      if (chunk.isChanged) chunk.nilCount = nilSizes(this.#room(chunk), this.#prefixSize).length;
      count += chunk.messages.length + chunk.nilCount;
    }
    new ByteWriter(first.bytes, 2).u16(count).u32(this.#linkCount);
  }

  #encode(chunk: EditedChunk): void {
    const { messagesAt, messagesEnd, messages } = chunk;
    // The bodies may be views of the same bytes.
    const bytes = chunk.bytes.slice();
    bytes.fill(0, messagesAt, messagesEnd);
    const writer = new ByteWriter(bytes, messagesAt);
    for (const message of messages) {
      const end = writer.position + this.#sizeOf(message);
      this.#putPrefix(writer, message, this.#sizeOf(message) - this.#prefixSize);
      writer.put(message.body);
      writer.position = end;
    }
    for (const size of nilSizes(messagesEnd - writer.position, this.#prefixSize)) {
      this.#putPrefix(writer, { type: NIL, flags: 0, creationOrder: 0 }, size);
      writer.position += size;
    }
    chunk.bytes = bytes;
  }

  #putPrefix(
    writer: ByteWriter,
    { type, flags, creationOrder }: Omit<EditedMessage, "body">,
    size: number,
  ): void {
    if (this.version === 1) writer.u16(type).u16(size).u8(flags).u8(0).u16(0);
    else {
      writer.u8(type).u16(size).u8(flags);
      if (this.tracksAttributeOrder) writer.u16(creationOrder);
    }
  }
}

const SIGNATURE_OCHK = new TextEncoder().encode("OCHK");

function editedChunk(chunk: HeaderChunk, all: readonly HeaderMessage[]): EditedChunk {
  const stored = all.filter((message) => message.chunk === chunk);
  const messages = stored
    .filter(({ type }) => type !== NIL)
    .map((message) => ({
      type: message.type,
      flags: message.flags,
      creationOrder: message.creationOrder ?? 0,
      body: bodyBytes(message),
    }));
  const { address, bytes, messagesAt, messagesEnd } = chunk;
  const nilCount = stored.length - messages.length;
  return { address, bytes, messagesAt, messagesEnd, messages, nilCount, isChanged: false };
}

/** The sizes of the NIL messages that fill a rest of a chunk; what is too short for one is a gap. */
function nilSizes(rest: number, prefixSize: number): number[] {
  const sizes: number[] = [];
  const most = MAX_MESSAGE_BYTES - (MAX_MESSAGE_BYTES % ALIGNMENT);
  for (let left = rest; left >= prefixSize; left -= prefixSize + (sizes.at(-1) ?? 0))
    sizes.push(Math.min(most, left - prefixSize));
  return sizes;
}
