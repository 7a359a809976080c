import type { FilePort } from "@tvb-storage/files";
import { encodeText } from "@tvb-storage/files";
import type { Extent } from "../bytes/extent.js";
import { type GroupStorage, groupStorage } from "../groups/group.js";
import { decodeLink, type Link } from "../groups/link-message.js";
import { SymbolTableGroup } from "../groups/symbol-table.js";
import { LINK } from "../headers/message-type.js";
import { messageReader, type ObjectHeader, readObjectHeader } from "../headers/object-header.js";
import { type StructureFile, structureFile } from "../headers/structure-file.js";
import { removeDenseEntry } from "./dense-remove.js";
import { eraseMessage } from "./object-header-edit.js";
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
 * symbol-table, compact and dense groups, in time that grows with the logarithm of
 * the number of siblings. HDF5 must not have the file open. When this throws
 * because of damage or a failing port, the file may be half edited: roll it back.
 *
 * The space that is freed is not entered anywhere in the file (HDF5 keeps no list
 * of it between sessions by default); what a link of up
 * to 4 KB itself took in a dense group's heap is lost until the group has no link left.
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
      const location = group.find(encodeText(name));
      if (location === undefined) return undefined;
      return { link: group.linkAt(location), apply: () => removeSymbol(file, group, location) };
    }
    case "compact":
      return planCompact(file, header, name);
    case "dense": {
      const { dense } = storage;
      const entry = dense.find(name);
      if (entry === undefined) return undefined;
      return { link: entry.value, apply: () => removeDenseEntry(file, header, dense, entry) };
    }
  }
}

function planCompact(file: StructureFile, header: ObjectHeader, name: string): RemovalPlan | undefined {
  for (const message of header.messages) {
    if (message.type !== LINK) continue;
    const link = decodeLink(messageReader(file, message));
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
