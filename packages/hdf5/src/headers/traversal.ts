import type { StructureFile } from "./structure-file.js";

/**
 * Bounds one walk over linked structures. In a sound file no two of them
 * overlap, so none is met twice and all together are not larger than the file:
 * what breaks this is a loop or a forgery, and ends the walk.
 */
export class Traversal {
  private readonly seen = new Set<number>();
  private total = 0;

  constructor(private readonly file: StructureFile) {}

  /** Whether this walk has been at `address`. */
  has(address: number): boolean {
    return this.seen.has(address);
  }

  /** Notes one structure of `size` bytes; throws where the walk cannot be in a sound file. */
  enter(structure: string, address: number, size: number): void {
    if (this.seen.has(address)) {
      throw this.file.damage(structure, address, "it is reached twice, so the structures form a loop");
    }
    this.seen.add(address);
    this.total += size;
    if (this.total > this.file.limit) {
      throw this.file.damage(structure, address, "the structures that lead here are larger than the file");
    }
  }
}
