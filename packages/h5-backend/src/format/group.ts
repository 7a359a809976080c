import { BTREE2_TYPE, btree2Records, findBtree2Record, readBtree2Header } from "./btree-v2.js";
import { ByteReader } from "./byte-reader.js";
import { lookup3 } from "./checksum.js";
import { FractalHeap } from "./fractal-heap.js";
import { decodeLinkInfo, type LinkInfo } from "./link-info-message.js";
import { decodeLink, type Link } from "./link-message.js";
import { GROUP_INFO, LINK, LINK_INFO, SYMBOL_TABLE } from "./message-type.js";
import {
  bodyAddress,
  bodyBytes,
  findMessage,
  type HeaderMessage,
  type ObjectHeader,
} from "./object-header.js";
import type { StructureFile } from "./structure-file.js";
import { decodeSymbolTable, type SymbolTable, SymbolTableGroup } from "./symbol-table.js";
import { Traversal } from "./traversal.js";

const TEXT = new TextEncoder();

/** How a group keeps its links. */
export type GroupStorage =
  | { readonly style: "old"; readonly table: SymbolTable }
  | { readonly style: "compact"; readonly info: LinkInfo | undefined }
  | {
      readonly style: "dense";
      readonly info: LinkInfo;
      readonly heapAddress: number;
      readonly nameIndexAddress: number;
    };

export function messageReader(file: StructureFile, message: HeaderMessage, structure: string): ByteReader {
  return new ByteReader(bodyBytes(message), file, structure, bodyAddress(message));
}

export function isGroup(header: ObjectHeader): boolean {
  return header.messages.some(
    ({ type }) => type === SYMBOL_TABLE || type === LINK_INFO || type === GROUP_INFO,
  );
}

export function groupStorage(file: StructureFile, header: ObjectHeader): GroupStorage {
  const table = findMessage(header, SYMBOL_TABLE);
  if (table !== undefined) {
    return { style: "old", table: decodeSymbolTable(messageReader(file, table, "symbol table message")) };
  }
  const message = findMessage(header, LINK_INFO);
  if (message === undefined) {
    if (isGroup(header)) return { style: "compact", info: undefined };
    throw file.damage("object header", header.address, "it is not a group's");
  }
  const reader = messageReader(file, message, "link info message");
  const info = decodeLinkInfo(reader);
  const { heapAddress, nameIndexAddress } = info;
  if (heapAddress === undefined) return { style: "compact", info };
  if (nameIndexAddress === undefined) throw reader.damage("links in a heap without an index of names");
  return { style: "dense", info, heapAddress, nameIndexAddress };
}

/** All links of a group in the order in which it keeps them. */
export function* groupLinks(file: StructureFile, header: ObjectHeader): Generator<Link> {
  const storage = groupStorage(file, header);
  if (storage.style === "old") {
    yield* new SymbolTableGroup(file, storage.table).links();
  } else if (storage.style === "compact") {
    yield* compactLinks(file, header);
  } else {
    const heap = new FractalHeap(file, storage.heapAddress);
    const tree = readBtree2Header(file, storage.nameIndexAddress, [BTREE2_TYPE.linkName]);
    // No two records of a sound index share their link: a forged one must not multiply what is read.
    const traversal = new Traversal(file);
    for (const record of btree2Records(file, tree)) {
      const message = heap.read(record.subarray(4));
      traversal.enter("link message", message.address, message.bytes.length);
      yield decodeLink(message);
    }
  }
}

function* compactLinks(file: StructureFile, header: ObjectHeader): Generator<Link> {
  for (const message of header.messages) {
    if (message.type === LINK) yield decodeLink(messageReader(file, message, "link message"));
  }
}

/** Record type 5: hash of the name, heap ID. */
export function denseLink(heap: FractalHeap, record: Uint8Array): Link {
  return decodeLink(heap.read(record.subarray(4)));
}

/** The link of that name, without reading the others where the group has an index. */
export function findLink(file: StructureFile, header: ObjectHeader, name: string): Link | undefined {
  const storage = groupStorage(file, header);
  if (storage.style === "old") {
    const group = new SymbolTableGroup(file, storage.table);
    const place = group.find(TEXT.encode(name));
    return place === undefined ? undefined : group.linkAt(place);
  }
  if (storage.style === "compact") {
    for (const link of compactLinks(file, header)) if (link.name === name) return link;
    return undefined;
  }
  const heap = new FractalHeap(file, storage.heapAddress);
  const tree = readBtree2Header(file, storage.nameIndexAddress, [BTREE2_TYPE.linkName]);
  const record = findBtree2Record(file, tree, linkNameOrder(file, heap, name));
  return record === undefined ? undefined : denseLink(heap, record);
}

/** How a name compares with a record of an index of link names: by hash, then by the name itself. */
export function linkNameOrder(
  file: StructureFile,
  heap: FractalHeap,
  name: string,
): (record: Uint8Array) => number {
  const hash = lookup3(TEXT.encode(name));
  return (record) => {
    const found = new ByteReader(record, file, "link name record", heap.header.address).u32();
    if (hash !== found) return hash - found;
    const other = denseLink(heap, record).name;
    return name === other ? 0 : name < other ? -1 : 1;
  };
}
