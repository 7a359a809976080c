import { encodeText } from "@tvb-storage/files";
import { lookup3 } from "@tvb-storage/files/internal";
import { BTREE2_TYPE, btree2Records, findBtree2Record, readBtree2Header } from "../btrees/btree-v2.js";
import { ByteReader } from "../bytes/byte-reader.js";
import { compareText } from "../bytes/text-order.js";
import { GROUP_INFO, LINK, LINK_INFO, SYMBOL_TABLE } from "../headers/message-type.js";
import {
  bodyAddress,
  bodyBytes,
  findMessage,
  type HeaderMessage,
  type ObjectHeader,
} from "../headers/object-header.js";
import type { StructureFile } from "../headers/structure-file.js";
import { Traversal } from "../headers/traversal.js";
import { FractalHeap } from "../heaps/fractal-heap.js";
import { decodeLinkInfo, type LinkInfo } from "./link-info-message.js";
import { decodeLink, type Link } from "./link-message.js";
import { decodeSymbolTable, type SymbolTable, SymbolTableGroup } from "./symbol-table.js";

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

/** The links of one group, for listing and for looking up. What it reads of heaps it keeps. */
export interface GroupLinks {
  /** All links, in the order in which the group keeps them. */
  all(): Iterable<Link>;
  /** The link of that name (the first, as for HDF5), without reading the others where the group has an index. */
  find(name: string): Link | undefined;
}

export function openGroup(file: StructureFile, header: ObjectHeader): GroupLinks {
  const storage = groupStorage(file, header);
  switch (storage.style) {
    case "old":
      return oldLinks(file, storage.table);
    case "compact":
      return compactLinks(file, header);
    case "dense":
      return denseLinks(file, storage.heapAddress, storage.nameIndexAddress);
  }
}

function oldLinks(file: StructureFile, table: SymbolTable): GroupLinks {
  const group = new SymbolTableGroup(file, table);
  return {
    all: () => group.links(),
    find(name) {
      const place = group.find(encodeText(name));
      return place === undefined ? undefined : group.linkAt(place);
    },
  };
}

function compactLinks(file: StructureFile, header: ObjectHeader): GroupLinks {
  const all = function* (): Generator<Link> {
    for (const message of header.messages) {
      if (message.type === LINK) yield decodeLink(messageReader(file, message, "link message"));
    }
  };
  return {
    all,
    find(name) {
      for (const link of all()) if (link.name === name) return link;
      return undefined;
    },
  };
}

function denseLinks(file: StructureFile, heapAddress: number, nameIndexAddress: number): GroupLinks {
  const heap = new FractalHeap(file, heapAddress);
  const tree = readBtree2Header(file, nameIndexAddress, [BTREE2_TYPE.linkName]);
  return {
    *all() {
      // No two records of a sound index share their link: a forged one must not multiply what is read.
      const traversal = new Traversal(file);
      for (const record of btree2Records(file, tree)) {
        const message = heap.read(record.subarray(4));
        traversal.enter("link message", message.address, message.bytes.length);
        yield decodeLink(message);
      }
    },
    find(name) {
      const record = findBtree2Record(file, tree, linkNameOrder(file, heap, name));
      return record === undefined ? undefined : denseLink(heap, record);
    },
  };
}

/** Record type 5: hash of the name, heap ID. */
export function denseLink(heap: FractalHeap, record: Uint8Array): Link {
  return decodeLink(heap.read(record.subarray(4)));
}

/** How a name compares with a record of an index of link names: by hash, then by the name itself. */
export function linkNameOrder(
  file: StructureFile,
  heap: FractalHeap,
  name: string,
): (record: Uint8Array) => number {
  const hash = lookup3(encodeText(name));
  return (record) => {
    const found = new ByteReader(record, file, "link name record", heap.header.address).u32();
    if (hash !== found) return hash - found;
    const other = denseLink(heap, record).name;
    return compareText(name, other);
  };
}
