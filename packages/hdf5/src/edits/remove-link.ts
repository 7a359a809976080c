import type { FilePort } from "@tvb-storage/files";
import { encodeText } from "@tvb-storage/files";
import { BTREE2_TYPE, findBtree2Record, readBtree2Header } from "../btrees/btree-v2.js";
import { ByteReader } from "../bytes/byte-reader.js";
import type { Extent } from "../bytes/extent.js";
import { denseLink, type GroupStorage, groupStorage, linkNameOrder, messageReader } from "../groups/group.js";
import { decodeLink, type Link } from "../groups/link-message.js";
import { SymbolTableGroup } from "../groups/symbol-table.js";
import { LINK, LINK_INFO } from "../headers/message-type.js";
import { findMessage, type ObjectHeader, readObjectHeader } from "../headers/object-header.js";
import { type StructureFile, structureFile } from "../headers/structure-file.js";
import { FractalHeap } from "../heaps/fractal-heap.js";
import { removeBtree2Record } from "./btree-v2-remove.js";
import { denseExtents } from "./object-extents.js";
import { editMessage, eraseMessage } from "./object-header-edit.js";
import { Reclaim } from "./reclaim.js";
import { removeSymbol } from "./symbol-table-remove.js";

export interface RemovedLink {
  /** The link as it was. */
  readonly link: Link;
  /** Whether it was the last hard link to its object. */
  readonly objectGone: boolean;
  /** Space of the file that nothing uses any more: see `shrinkEnd`. */
  readonly freed: readonly Extent[];
}

/**
 * Removes a link from a group, in place: the object that a hard link led to goes
 * when this was the last one, and with a group all that only it led to. Works on
 * old-style, compact and dense groups, in time that grows with the logarithm of
 * the number of siblings. HDF5 must not have the file open. When this throws
 * because of damage or a failing port, the file may be half edited: roll it back.
 *
 * The space that is freed is not entered anywhere in the file (HDF5 keeps no list
 * of it between sessions by default); what the link itself took in a dense
 * group's heap is lost until the group has no link left.
 *
 * Undefined where there is no such link.
 *
 * @throws FileStorageException where the file is damaged.
 */
export function removeLink(
  port: FilePort | StructureFile,
  groupAddress: number,
  name: string,
  fileName?: string,
): RemovedLink | undefined {
  const file = structureFile(port, fileName);
  const header = readObjectHeader(file, groupAddress);
  const plan = planRemoval(file, header, groupStorage(file, header), name);
  if (plan === undefined) return undefined;
  const { link } = plan;
  // All that can be read is read before the first write.
  const reclaim = new Reclaim(file);
  if (link.kind === "hard") reclaim.release(link.address);
  const freed = plan.apply();
  reclaim.apply();
  return {
    link,
    objectGone: link.kind === "hard" && reclaim.isGone(link.address),
    freed: [...freed, ...reclaim.freed],
  };
}

/** A link that was found, and how to take it out. */
interface RemovalPlan {
  readonly link: Link;
  /** Edits the group; returns space that becomes free. */
  apply(): Extent[];
}

function planRemoval(
  file: StructureFile,
  header: ObjectHeader,
  storage: GroupStorage,
  name: string,
): RemovalPlan | undefined {
  switch (storage.style) {
    case "old": {
      const group = new SymbolTableGroup(file, storage.table);
      const place = group.find(encodeText(name));
      if (place === undefined) return undefined;
      return { link: group.linkAt(place), apply: () => removeSymbol(file, group, place) };
    }
    case "compact":
      return planCompact(file, header, name);
    case "dense":
      return planDense(file, header, storage, name);
  }
}

function planCompact(file: StructureFile, header: ObjectHeader, name: string): RemovalPlan | undefined {
  for (const message of header.messages) {
    if (message.type !== LINK) continue;
    const link = decodeLink(messageReader(file, message, "link message"));
    if (link.name !== name) continue;
    return {
      link,
      apply: () => {
        eraseMessage(file, header, message);
        return [];
      },
    };
  }
  return undefined;
}

function planDense(
  file: StructureFile,
  header: ObjectHeader,
  storage: Extract<GroupStorage, { style: "dense" }>,
  name: string,
): RemovalPlan | undefined {
  const heap = new FractalHeap(file, storage.heapAddress);
  const names = readBtree2Header(file, storage.nameIndexAddress, [BTREE2_TYPE.linkName]);
  const byName = linkNameOrder(file, heap, name);
  const record = findBtree2Record(file, names, byName);
  if (record === undefined) return undefined;
  const link = denseLink(heap, record);
  const orderAddress = storage.info.creationOrderIndexAddress;
  if (names.totalRecords === 1) {
    const freed = [...denseExtents(file, heap, [storage.nameIndexAddress, orderAddress])];
    return { link, apply: () => [...forgetDenseLinks(file, header), ...freed] };
  }
  return {
    link,
    apply: () => {
      const removals = [removeBtree2Record(file, names, byName)];
      if (orderAddress !== undefined) {
        const orders = readBtree2Header(file, orderAddress, [BTREE2_TYPE.linkOrder]);
        const removal = removeBtree2Record(file, orders, creationOrderOf(file, orderAddress, link));
        if (removal === undefined) {
          throw file.damage(
            "version 2 B-tree",
            orderAddress,
            `link "${name}" is not in this creation order index`,
          );
        }
        removals.push(removal);
      }
      return removals.flatMap((removal) => removal?.freed ?? []);
    },
  };
}

/** Record type 6: creation order, heap ID. */
function creationOrderOf(file: StructureFile, address: number, link: Link): (record: Uint8Array) => number {
  return (record) => {
    const order = new ByteReader(record, file, "link order record", address).plainUint(8);
    return (link.creationOrder ?? 0) - order;
  };
}

/** The last link went: the group keeps its next links in its header again. */
function forgetDenseLinks(file: StructureFile, header: ObjectHeader): Extent[] {
  const message = findMessage(header, LINK_INFO);
  if (message === undefined)
    throw file.damage("object header", header.address, "its link info message is gone");
  const flags = messageReader(file, message, "link info message").bytes[1] ?? 0;
  const at = 2 + ((flags & 0x01) !== 0 ? 8 : 0);
  const addresses = (flags & 0x02) !== 0 ? 3 : 2;
  editMessage(file, header, message, at, (writer) => {
    for (let index = 0; index < addresses; index += 1) writer.uint(undefined, file.offsetSize);
  });
  return [];
}
