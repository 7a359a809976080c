import { decodeText, encodeText } from "@tvb-storage/files";
import { ByteList } from "../bytes/byte-list.js";
import type { ByteReader } from "../bytes/byte-reader.js";

// File Format Specification, "The Link Message".

/** One name in a group, and where it leads. */
export type Link = {
  readonly name: string;
  /** The order of creation in the group, where it is tracked. */
  readonly creationOrder: number | undefined;
} & LinkTarget;

export type LinkTarget =
  | { readonly kind: "hard"; readonly address: number }
  | { readonly kind: "soft"; readonly path: string }
  | { readonly kind: "external"; readonly file: string; readonly path: string }
  | { readonly kind: "user-defined"; readonly type: number };

/** Decodes the link at the reader's position. */
export function decodeLink(reader: ByteReader): Link {
  reader.expectVersion(1);
  const flags = reader.u8();
  const type = (flags & 0x08) === 0 ? 0 : reader.u8();
  const creationOrder = (flags & 0x04) === 0 ? undefined : reader.uint(8);
  if ((flags & 0x10) !== 0) reader.skip(1); // character set: ASCII is UTF-8 too
  const name = decodeText(reader.take(reader.plainUint(2 ** (flags & 0x03))));
  return { name, creationOrder, ...decodeTarget(reader, type) };
}

function decodeTarget(reader: ByteReader, type: number): LinkTarget {
  if (type === HARD) return { kind: "hard", address: reader.definedAddress("the link's object") };
  const information = reader.take(reader.u16());
  if (type === SOFT) return { kind: "soft", path: decodeText(information) };
  if (type !== EXTERNAL) return { kind: "user-defined", type };
  // "External link": a byte of version and flags, then file and object, each ended by NUL.
  const [file, path] = decodeText(information.subarray(1)).split("\0");
  if (file === undefined || path === undefined) throw reader.damage("an external link without file or path");
  return { kind: "external", file, path };
}

/** The encoding of a hard link. The name is UTF-8 where it is not ASCII. */
export function encodeHardLink(
  name: string,
  address: number,
  creationOrder: number | undefined,
  offsetSize: number,
): Uint8Array {
  return linkHead(name, HARD, creationOrder).uint(address, offsetSize).bytes;
}

/** The encoding of a soft or external link. */
export function encodePathLink(
  name: string,
  target: Extract<LinkTarget, { kind: "soft" | "external" }>,
  creationOrder: number | undefined,
): Uint8Array {
  if (target.kind === "soft") {
    const path = encodeText(target.path);
    return linkHead(name, SOFT, creationOrder).u16(path.length).put(path).bytes;
  }
  const [file, path] = [encodeText(target.file), encodeText(target.path)];
  // Version and flags in one byte, then both texts with a NUL behind each.
  return linkHead(name, EXTERNAL, creationOrder)
    .u16(1 + file.length + 1 + path.length + 1)
    .u8(0)
    .put(file)
    .u8(0)
    .put(path)
    .u8(0).bytes;
}

const HARD = 0;
const SOFT = 1;
const EXTERNAL = 64;

/** All of a link message but where it leads. */
function linkHead(name: string, type: number, creationOrder: number | undefined): ByteList {
  const encoded = encodeText(name);
  const lengthBits = encoded.length < 2 ** 8 ? 0 : encoded.length < 2 ** 16 ? 1 : 2;
  const isUtf8 = encoded.some((byte) => byte > 0x7f);
  const flags =
    lengthBits | (creationOrder === undefined ? 0 : 0x04) | (type === HARD ? 0 : 0x08) | (isUtf8 ? 0x10 : 0);
  const list = new ByteList().u8(1).u8(flags);
  if (type !== HARD) list.u8(type);
  if (creationOrder !== undefined) list.uint(creationOrder, 8);
  if (isUtf8) list.u8(1);
  return list.uint(encoded.length, 2 ** lengthBits).put(encoded);
}
