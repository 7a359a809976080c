import { encodeText } from "@tvb-storage/files";
import { BTREE2_TYPE } from "../btrees/btree-v2.js";
import { ByteList } from "../bytes/byte-list.js";
import { GROUP_INFO, LINK, LINK_INFO, SYMBOL_TABLE } from "../headers/message-type.js";
import { findMessage, messageReader, type ObjectHeader } from "../headers/object-header.js";
import type { StructureFile } from "../headers/structure-file.js";
import { type DenseKind, type DenseStorage, denseInfo, denseStorage } from "../heaps/dense-storage.js";
import { decodeLink, type Link } from "./link-message.js";
import { decodeSymbolTable, type SymbolTable, SymbolTableGroup } from "./symbol-table.js";

/** How a group keeps its links. */
export type GroupStorage =
  | { readonly style: "old"; readonly table: SymbolTable }
  | { readonly style: "compact" }
  | { readonly style: "dense"; readonly dense: DenseStorage<Link> };

/** Links in dense storage: record types 5 (hash of the name, heap ID) and 6 (creation order, heap ID). */
export const LINKS: DenseKind<Link> = {
  entry: "link",
  infoMessage: LINK_INFO,
  maxOrderBytes: 8,
  nameType: BTREE2_TYPE.linkName,
  hashAt: 0,
  orderType: BTREE2_TYPE.linkOrder,
  orderAt: 0,
  orderBytes: 8,
  heap: { idLength: 7, startingBlockSize: 512, offsetBits: 32 },
  records: ({ heapId, creationOrder, hash }) => ({
    name: new ByteList().u32(hash).put(heapId).bytes,
    order: new ByteList().uint(creationOrder, 8).put(heapId).bytes,
  }),
  read(_, heap, record) {
    const heapId = record.subarray(4);
    const message = heap.read(heapId);
    const extent = { address: message.address, size: message.bytes.length };
    const value = decodeLink(message);
    return { value, name: value.name, creationOrder: value.creationOrder, extent, heapId };
  },
};

export function isGroup(header: ObjectHeader): boolean {
  return header.messages.some(
    ({ type }) => type === SYMBOL_TABLE || type === LINK_INFO || type === GROUP_INFO,
  );
}

/** Whether a group keeps the order in which its links were created. */
export function tracksLinkOrder(file: StructureFile, header: ObjectHeader): boolean {
  return denseInfo(file, header, LINKS)?.tracksOrder === true;
}

export function groupStorage(file: StructureFile, header: ObjectHeader): GroupStorage {
  const table = findMessage(header, SYMBOL_TABLE);
  if (table !== undefined) {
    return { style: "old", table: decodeSymbolTable(messageReader(file, table)) };
  }
  if (!isGroup(header)) throw file.damage("object header", header.address, "it is not a group's");
  const dense = denseStorage(file, header, LINKS);
  return dense === undefined ? { style: "compact" } : { style: "dense", dense };
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
    case "dense": {
      const { dense } = storage;
      return { all: () => dense.all(), find: (name) => dense.find(name)?.value };
    }
  }
}

function oldLinks(file: StructureFile, table: SymbolTable): GroupLinks {
  const group = new SymbolTableGroup(file, table);
  return {
    all: () => group.links(),
    find(name) {
      const location = group.find(encodeText(name));
      return location === undefined ? undefined : group.linkAt(location);
    },
  };
}

function compactLinks(file: StructureFile, header: ObjectHeader): GroupLinks {
  const all = function* (): Generator<Link> {
    for (const message of header.messages) {
      if (message.type === LINK) yield decodeLink(messageReader(file, message));
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
