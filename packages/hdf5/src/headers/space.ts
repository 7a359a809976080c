import type { Extent } from "../bytes/extent.js";
import { FILE_SPACE_INFO } from "./message-type.js";
import { readObjectHeader } from "./object-header.js";
import type { StructureFile } from "./structure-file.js";

/** Pieces of free space that are kept, the largest of them: looking for one must stay quick. */
const MAX_FREE = 256;

/**
 * The space of a file that is changed: taken from what was freed since the file was opened, or at its end. HDF5
 * keeps no list of free space between sessions by default, so none is kept in the file; what is free at the end
 * is cut off.
 */
export class Space {
  readonly #file: StructureFile;
  /** The address at which the file ends. */
  #end: number;
  #isMoved = false;
  /** Sorted by address; no two touch, and none reaches the end. */
  #free: Extent[] = [];
  #isOrdinary: boolean | undefined;

  constructor(file: StructureFile) {
    this.#file = file;
    this.#end = file.superblock.endOfFile - file.superblock.baseAddress;
  }

  /**
   * Whether space can be taken and cut off here. False for a file that keeps track of its free space or is divided
   * into pages ("File Space Info Message"), and where structures are in a cache image: only HDF5 changes those.
   */
  get isOrdinary(): boolean {
    this.#isOrdinary ??= !this.#file.hasCacheImage && !this.#tracksFreeSpace();
    return this.#isOrdinary;
  }

  #tracksFreeSpace(): boolean {
    const { extensionAddress } = this.#file.superblock;
    if (extensionAddress === undefined) return false;
    return readObjectHeader(this.#file, extensionAddress).messages.some(
      ({ type }) => type === FILE_SPACE_INFO,
    );
  }

  /** Takes `size` bytes and returns their address. They hold anything: all of them are to be written. */
  allocate(size: number): number {
    const index = this.#free.findIndex((extent) => extent.size >= size);
    const found = this.#free[index];
    if (found === undefined) return this.#atEnd(size);
    const rest = { address: found.address + size, size: found.size - size };
    this.#free.splice(index, 1, ...(rest.size > 0 ? [rest] : []));
    return found.address;
  }

  #atEnd(size: number): number {
    const { port, superblock } = this.#file;
    // What lies behind the end is none of this file's content.
    if (!this.#isMoved && port.size > superblock.endOfFile) port.truncate(superblock.endOfFile);
    const address = this.#end;
    this.#moveEnd(address + size);
    return address;
  }

  /** Takes `size` bytes of zeros, at the end: they need not be written. */
  allocateZeros(size: number): number {
    const address = this.#atEnd(size);
    const { port } = this.#file;
    const start = this.#file.positionOf(address);
    // What was there was given back in this session.
    if (port.size > start) port.truncate(start);
    port.truncate(this.#file.positionOf(this.#end));
    return address;
  }

  /** Makes a piece longer where it is, by zeros, if nothing is behind it. */
  extendWithZeros({ address, size }: Extent, newSize: number): boolean {
    if (address + size !== this.#end) return false;
    this.allocateZeros(newSize - size);
    return true;
  }

  #moveEnd(end: number): void {
    this.#end = end;
    this.#isMoved = true;
  }

  /** Gives space back, which nothing in the file uses any more. */
  release(extents: Iterable<Extent>): void {
    if (!this.isOrdinary) return;
    const sorted = [...this.#free, ...extents].filter(({ size }) => size > 0);
    sorted.sort((left, right) => left.address - right.address);
    const merged: Extent[] = [];
    for (const extent of sorted) {
      const last = merged.at(-1);
      if (last !== undefined && last.address + last.size === extent.address)
        merged[merged.length - 1] = { address: last.address, size: last.size + extent.size };
      else merged.push(extent);
    }
    const last = merged.at(-1);
    if (last !== undefined && last.address + last.size >= this.#end) {
      merged.pop();
      this.#moveEnd(Math.min(this.#end, last.address));
    }
    this.#free = merged.length <= MAX_FREE ? merged : largest(merged);
  }

  /** Writes the end of the file into its superblock, and cuts or extends the file to it. */
  save(): void {
    if (!this.#isMoved) return;
    const endOfFile = this.#file.positionOf(this.#end);
    this.#file.writeEndOfFile(endOfFile);
    if (this.#file.port.size !== endOfFile) this.#file.port.truncate(endOfFile);
    this.#isMoved = false;
  }
}

function largest(extents: readonly Extent[]): Extent[] {
  const kept = [...extents].sort((left, right) => right.size - left.size).slice(0, MAX_FREE);
  return kept.sort((left, right) => left.address - right.address);
}
