import { encodeText } from "@tvb-storage/files";
import { ByteReader } from "../bytes/byte-reader.js";
import { LINKS } from "../groups/group.js";
import { decodeLink, encodeHardLink, encodePathLink, type LinkTarget } from "../groups/link-message.js";
import { decodeSymbolTable } from "../groups/symbol-table.js";
import { GROUP_INFO, LINK, LINK_INFO, SYMBOL_TABLE } from "../headers/message-type.js";
import type { StructureFile } from "../headers/structure-file.js";
import { DenseEntries, emptyInfo } from "./dense-entries.js";
import { HeaderEditor } from "./header-editor.js";
import { createObjectHeader } from "./new-object-header.js";
import { insertSymbol } from "./symbol-table-insert.js";

// File Format Specification, "The Link Info Message", "The Group Info Message".

/** Links that a group keeps in its header at most, where it does not say. */
const MAX_COMPACT = 8;
const STORES_PHASE_CHANGE = 0x01;
/** Longer links only HDF5 inserts: their names have thousands of characters. */
const MAX_LINK_BYTES = 4096;
/** Of the messages of a new group that are the same for all. */
const CONSTANT = 0x01;
/** Flags of the link info message. */
const TRACKED_AND_INDEXED = 0x03;
/** Room for some links, as HDF5 leaves it. */
const GROUP_ROOM = 4 * (4 + 18);
/** Room in the root group, for some attributes and all links that a group keeps in its header. */
export const ROOT_ROOM = 400;

/**
 * Inserts a hard link into a group that has none of this name. The link count of the object is the caller's: a new
 * object has one already.
 *
 * @returns false, and nothing is changed, where only HDF5 can: where addresses are short, or links and free space are
 *   kept in its own ways.
 */
export function insertLink(
  file: StructureFile,
  groupAddress: number,
  name: string,
  target: () => number,
): boolean {
  // What datasets are made of here has addresses and lengths of eight bytes.
  if (!file.space.isOrdinary || file.offsetSize !== 8 || file.lengthSize !== 8) return false;
  const header = HeaderEditor.open(file, groupAddress);
  const table = header.find(SYMBOL_TABLE);
  if (table !== undefined) {
    const reader = new ByteReader(table.body, file, "symbol table message", groupAddress);
    insertSymbol(file, decodeSymbolTable(reader), encodeText(name), target);
    return true;
  }
  const encode = (order: number | undefined, isSample: boolean) =>
    encodeHardLink(name, isSample ? 0 : target(), order, file.offsetSize);
  return insertMessage(file, header, name, encode);
}

/**
 * Inserts a soft or external link into a group that has none of this name.
 *
 * @returns false, and nothing is changed, where only HDF5 can, and in groups of HDF5's old style.
 */
export function insertPathLink(
  file: StructureFile,
  groupAddress: number,
  name: string,
  target: Extract<LinkTarget, { kind: "soft" | "external" }>,
): boolean {
  if (!file.space.isOrdinary) return false;
  const header = HeaderEditor.open(file, groupAddress);
  return insertMessage(file, header, name, (order) => encodePathLink(name, target, order));
}

function insertMessage(
  file: StructureFile,
  header: HeaderEditor,
  name: string,
  encode: (order: number | undefined, isSample: boolean) => Uint8Array,
): boolean {
  if (header.find(LINK_INFO) === undefined) return false;
  const entries = new DenseEntries(file, header, LINKS);
  const sample = encode(entries.tracksOrder ? 0 : undefined, true);
  const compact = header.messages.filter(({ type }) => type === LINK);
  const isFull = compact.length >= maxCompact(file, header);
  if (sample.length > MAX_LINK_BYTES || (entries.isDense && !entries.takes(sample.length))) return false;
  if (isFull && compact.some(({ body }) => body.length > MAX_LINK_BYTES)) return false;
  const creationOrder = entries.takeOrder();
  const body = encode(creationOrder, false);
  if (!entries.isDense && !isFull) header.add({ type: LINK, body });
  else {
    if (!entries.isDense) {
      entries.makeDense(
        compact.map((message) => {
          const reader = new ByteReader(message.body, file, "link message", header.address);
          const link = decodeLink(reader);
          return {
            name: link.name,
            body: message.body.slice(0, reader.position),
            flags: 0,
            creationOrder: link.creationOrder,
          };
        }),
      );
      for (const message of compact) header.remove(message);
    }
    entries.insert({ name, body, flags: 0, creationOrder });
  }
  entries.save();
  header.save();
  return true;
}

function maxCompact(file: StructureFile, header: HeaderEditor): number {
  const message = header.find(GROUP_INFO);
  if (message === undefined) return MAX_COMPACT;
  const reader = new ByteReader(message.body, file, "group info message", header.address);
  reader.expectVersion(0);
  return (reader.u8() & STORES_PHASE_CHANGE) === 0 ? MAX_COMPACT : reader.u16();
}

/** Writes a group without links, with room for messages to come; returns its address. */
export function createGroupObject(
  file: StructureFile,
  room = GROUP_ROOM,
  { links = false, attributes = false }: TrackedOrder = {},
): number {
  const messages = [
    { type: LINK_INFO, body: emptyInfo(file, LINKS, links ? TRACKED_AND_INDEXED : 0) },
    { type: GROUP_INFO, body: Uint8Array.of(0, 0), flags: CONSTANT },
  ];
  return createObjectHeader(file, messages, { room, tracksAttributeOrder: attributes });
}

/** Of what the order of creation is tracked, and indexed. */
export interface TrackedOrder {
  readonly links?: boolean;
  readonly attributes?: boolean;
}
