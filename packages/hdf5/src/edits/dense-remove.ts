import { readBtree2Header } from "../btrees/btree-v2.js";
import { ByteReader } from "../bytes/byte-reader.js";
import type { Extent } from "../bytes/extent.js";
import { findMessage, type ObjectHeader } from "../headers/object-header.js";
import type { StructureFile } from "../headers/structure-file.js";
import { type DenseEntry, type DenseStorage, denseInfo } from "../heaps/dense-storage.js";
import { removeBtree2Record } from "./btree-v2-remove.js";
import { removeHugeObject } from "./huge-object-remove.js";
import { denseExtents } from "./object-extents.js";
import { editMessage } from "./object-header-edit.js";

/**
 * Removes a link or an attribute from dense storage: from the indexes, and from the heap where it is a huge object.
 * With the last one all of the storage goes, and the object keeps its next ones in its header again. Returns the
 * space that becomes free.
 */
export function removeDenseEntry<T>(
  file: StructureFile,
  header: ObjectHeader,
  dense: DenseStorage<T>,
  entry: Pick<DenseEntry<T>, "name" | "creationOrder" | "heapId">,
): Extent[] {
  if (dense.names.totalRecords === 1) {
    const freed = [...denseExtents(file, dense)];
    forgetStorage(file, header, dense);
    return freed;
  }
  const removal = removeBtree2Record(file, dense.names, dense.nameOrder(entry.name));
  const freed = [...(removal?.freed ?? []), ...removeFromOrder(file, dense, entry)];
  if (entry.heapId !== undefined) freed.push(...removeHugeObject(file, dense.heap, entry.heapId));
  return freed;
}

function removeFromOrder<T>(
  file: StructureFile,
  { kind, orderIndexAddress }: DenseStorage<T>,
  { name, creationOrder }: Pick<DenseEntry<T>, "name" | "creationOrder">,
): readonly Extent[] {
  if (orderIndexAddress === undefined) return [];
  const orders = readBtree2Header(file, orderIndexAddress, [kind.orderType]);
  const removal = removeBtree2Record(file, orders, (record) => {
    const reader = new ByteReader(record, file, `${kind.entry} order record`, orderIndexAddress);
    reader.skip(kind.orderAt);
    return (creationOrder ?? 0) - reader.plainUint(kind.orderBytes);
  });
  if (removal === undefined) {
    const what = `${kind.entry} "${name}" is not in this creation order index`;
    throw file.damage("version 2 B-tree", orderIndexAddress, what);
  }
  return removal.freed;
}

/** Makes the addresses in the header message undefined. */
function forgetStorage<T>(file: StructureFile, header: ObjectHeader, { kind }: DenseStorage<T>): void {
  const message = findMessage(header, kind.infoMessage);
  const info = denseInfo(file, header, kind);
  if (message === undefined || info === undefined)
    throw file.damage("object header", header.address, `its ${kind.entry} info message is gone`);
  editMessage(file, header, message, info.addressesAt, (writer) => {
    for (let index = 0; index < info.addresses; index += 1) writer.uint(undefined, file.offsetSize);
  });
}
