import { ByteList } from "../bytes/byte-list.js";
import { ByteReader } from "../bytes/byte-reader.js";
import {
  bodyAddress,
  bodyBytes,
  type HeaderMessage,
  isShared,
  readObjectHeader,
} from "../headers/object-header.js";
import type { StructureFile } from "../headers/structure-file.js";
import { readSharedHeapMessage } from "./shared-message-table.js";

// File Format Specification, "Disk Format: Level 2A2", "Shared Message".

/** The message is in the shared object header message heap of the file. */
const IN_SHARED_HEAP = 1;
/** It is in the header of another object. */
const IN_OBJECT = 2;

/** Where the encoded bytes of a message are, once sharing is resolved. */
export interface MessageBody {
  readonly bytes: Uint8Array;
  /** Address of the first byte, for messages. */
  readonly address: number;
  /** The committed datatype that the body was taken from. */
  readonly committedAt: number | undefined;
}

/** The body of a header message, fetched from the object that shares it where it is shared. */
export function resolveBody(file: StructureFile, message: HeaderMessage): MessageBody {
  const bytes = bodyBytes(message);
  const address = bodyAddress(message);
  if (!isShared(message)) return { bytes, address, committedAt: undefined };
  return resolveShared(file, message.type, new ByteReader(bytes, file, "shared message", address));
}

/** Resolves the shared form at the reader's position to the message of type `type` that it points to. */
export function resolveShared(file: StructureFile, type: number, reader: ByteReader): MessageBody {
  const version = reader.expectVersion(1, 2, 3);
  const kind = reader.u8();
  // Version 1 holds a symbol table entry, which begins with the offset of a name (not in the specification).
  if (version === 1) reader.skip(6 + reader.source.lengthSize);
  if (version === 3 && kind === IN_SHARED_HEAP) {
    return readSharedHeapMessage(file, type, reader.take(8));
  }
  const owner = reader.definedAddress("the object that shares the message");
  // One step only: what a committed datatype holds is never shared in turn.
  for (const message of readObjectHeader(file, owner).messages) {
    if (message.type === type && !isShared(message)) {
      return { bytes: bodyBytes(message), address: bodyAddress(message), committedAt: owner };
    }
  }
  throw reader.damage(`the object at address ${owner} that it points to has no such message`);
}

/** The shared form of a message that the object at `owner` has (a committed datatype), version 3. */
export function encodeShared(owner: number, offsetSize: number): Uint8Array {
  return new ByteList().u8(3).u8(IN_OBJECT).uint(owner, offsetSize).bytes;
}
