import type { Extent } from "../bytes/extent.js";
import { readObjectHeader } from "../headers/object-header.js";
import type { StructureFile } from "../headers/structure-file.js";
import { Traversal } from "../headers/traversal.js";
import { describeObject } from "../objects/object-info.js";
import { linkedObjects, objectExtents } from "./object-extents.js";
import { lowerLinkCount } from "./object-header-edit.js";

/**
 * Removes hard links to objects, and frees an object without any, with all that only it refers to.
 * Nothing is written before `apply`.
 */
export class Reclaim {
  /** Space that becomes free. */
  readonly freed: Extent[] = [];
  /** Links left of each object that lost one. */
  private readonly counts = new Map<number, number>();

  private readonly traversal: Traversal;

  constructor(private readonly file: StructureFile) {
    this.traversal = new Traversal(file);
  }

  /** One hard link to the object at `address` goes. */
  release(address: number): void {
    const waiting = [address];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const counted = this.counts.get(next);
      if (counted !== undefined && counted > 1) {
        this.counts.set(next, counted - 1);
        continue;
      }
      // Gone already: only where the file counts fewer links than there are.
      if (counted === 0) continue;
      const header = readObjectHeader(this.file, next);
      const left = Math.max(0, (counted ?? header.linkCount) - 1);
      this.counts.set(next, left);
      if (left > 0) continue;
      const info = describeObject(this.file, header);
      for (const linked of linkedObjects(this.file, header)) waiting.push(linked);
      const dataset = info.kind === "dataset" ? info : undefined;
      for (const extent of objectExtents(this.file, header, dataset)) {
        // Throws where space would be freed twice: the file is damaged.
        this.traversal.enter("freed space", extent.address, extent.size);
        this.freed.push(extent);
      }
    }
  }

  /** Whether the object is gone. */
  isGone(address: number): boolean {
    return this.counts.get(address) === 0;
  }

  /** Writes the link counts of the objects that stay. */
  apply(): void {
    for (const [address, count] of this.counts) {
      if (count > 0) lowerLinkCount(this.file, address, count);
    }
  }
}
