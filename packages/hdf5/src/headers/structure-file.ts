import { FileStorageException } from "@tvb-storage/errors";
import type { FilePort } from "@tvb-storage/files";
import { FetchedPort, lookup3 } from "@tvb-storage/files/internal";
import { ByteReader } from "../bytes/byte-reader.js";
import { ByteWriter } from "../bytes/byte-writer.js";
import { damaged, type Source, unsupported } from "../bytes/damage.js";
import {
  readSuperblock,
  type Superblock,
  writeEndOfFile,
  writeRootAddress,
  writingMark,
} from "../superblock/superblock.js";
import { type BtreeKValues, readBtreeKValues } from "./btree-k-values-message.js";
import { type CachedStructure, readCacheImage } from "./cache-image.js";
import { Space } from "./space.js";

/** Memory of structures up to this is taken from larger pieces: most are short, and taking memory costs more than reading it. */
const SHORT_BYTES = 512;
const SLAB_BYTES = 8192;
const NO_BYTES = /* @__PURE__ */ new Uint8Array(0);

/**
 * The bytes of an HDF5 file by HDF5's own addresses. Every read is checked
 * against the size of the file, so that no field of a damaged file can ask for
 * memory or positions that are not there.
 */
export class StructureFile implements Source {
  #superblock: Superblock;
  #space: Space | undefined;
  readonly offsetSize: number;
  readonly lengthSize: number;
  /** Bytes read so far, for what has to bound its work. */
  bytesRead = 0;
  #slab: Uint8Array = NO_BYTES;
  #slabUsed = 0;
  private kValues: BtreeKValues | undefined;
  /** Structures that are newer than what is at their addresses. */
  private cached: readonly CachedStructure[] = [];

  /**
   * @throws FileStructureException where the file is not HDF5 or cut short.
   * @throws FileStorageException where it is damaged, or kept in a way that is not read here.
   */
  constructor(
    readonly port: FilePort,
    readonly name = "HDF5 file",
  ) {
    this.#superblock = readSuperblock(port, name);
    this.offsetSize = this.superblock.offsetSize;
    this.lengthSize = this.superblock.lengthSize;
    this.refuseElsewhere();
    const { extensionAddress } = this.superblock;
    if (extensionAddress !== undefined) this.cached = readCacheImage(this, extensionAddress);
  }

  get superblock(): Superblock {
    return this.#superblock;
  }

  /** For changing the file: where what is new goes. */
  get space(): Space {
    this.#space ??= new Space(this);
    return this.#space;
  }

  /** Writes another end of file, in bytes from its very start, into the superblock. */
  writeEndOfFile(endOfFile: number): void {
    writeEndOfFile(this.port, this.#superblock, endOfFile);
    this.#superblock = { ...this.#superblock, endOfFile };
  }

  /**
   * Makes another group the root group.
   *
   * @returns false, and nothing is changed, where the superblock has the root group as HDF5's old style has groups.
   */
  writeRootAddress(rootAddress: number): boolean {
    if (this.#superblock.version < 2) return false;
    writeRootAddress(this.port, this.#superblock, rootAddress);
    this.#superblock = { ...this.#superblock, rootAddress };
    return true;
  }

  /** Whether structures are in a cache image: they can be read, but changed only after HDF5 has written them to their addresses. */
  get hasCacheImage(): boolean {
    return this.cached.length > 0;
  }

  /** Files whose structures are not all in them: rare, and never by default. */
  private refuseElsewhere(): void {
    const { driverInfoAddress, position } = this.superblock;
    if (driverInfoAddress !== undefined) {
      throw unsupported(this, "superblock", position, "the file is one of several that its driver joins");
    }
  }

  /** How wide the nodes of version 1 B-trees and symbol tables are. */
  get btreeK(): BtreeKValues {
    this.kValues ??= readBtreeKValues(this);
    return this.kValues;
  }

  /** Addresses end here. */
  get limit(): number {
    return this.port.size - this.superblock.baseAddress;
  }

  /** The position in the file of an address. */
  positionOf(address: number): number {
    return address + this.superblock.baseAddress;
  }

  damage(structure: string, address: number, what: string): Error {
    return damaged(this, structure, address, what);
  }

  /**
   * Whether a SWMR writer has the file open. It may have taken space for pages that it has not written yet, so that
   * the file ends before: only what is read of a paged structure has to be there.
   */
  get isGrowing(): boolean {
    return writingMark(this.superblock) === "swmr";
  }

  /** Throws unless `length` bytes from `address` on are in the file. */
  check(structure: string, address: number, length: number): void {
    if (address + length > this.limit) {
      throw this.damage(
        structure,
        address,
        `its ${length} bytes do not fit into the file, which ends at address ${this.limit}`,
      );
    }
  }

  /** Reads exactly `length` bytes. */
  bytes(structure: string, address: number, length: number): Uint8Array {
    this.check(structure, address, length);
    this.bytesRead += length;
    const position = this.positionOf(address);
    if (this.port instanceof FetchedPort) this.port.need(position, length);
    const bytes = this.#memory(length);
    const count = this.port.read(bytes, position);
    if (count !== length)
      throw this.damage(structure, address, `only ${count} of its ${length} bytes can be read`);
    if (this.cached.length > 0) this.putCached(bytes, address);
    return bytes;
  }

  /** Zeroed memory. */
  #memory(length: number): Uint8Array {
    if (length > SHORT_BYTES) return new Uint8Array(length);
    if (this.#slabUsed + length > this.#slab.length) {
      this.#slab = new Uint8Array(SLAB_BYTES);
      this.#slabUsed = 0;
    }
    const start = this.#slabUsed;
    this.#slabUsed = start + length;
    return this.#slab.subarray(start, start + length);
  }

  /** Puts the cached structures into bytes that were read at `address`. */
  private putCached(bytes: Uint8Array, address: number): void {
    for (const cached of this.cached) {
      const start = Math.max(cached.address, address);
      const end = Math.min(cached.address + cached.bytes.length, address + bytes.length);
      if (start < end)
        bytes.set(cached.bytes.subarray(start - cached.address, end - cached.address), start - address);
    }
  }

  /**
   * Fills `target` with the bytes from a position in the file on, which are elements and no structure.
   *
   * @throws FileStorageException the file ends before; `what` names the dataset.
   */
  fill(target: Uint8Array, position: number, what: string): void {
    this.#filled(target, position, what, this.port.read(target, position));
  }

  /** As `fill`, on another thread; undefined, and nothing is done, where the port reads on this one only. */
  fillElsewhere(target: Uint8Array, position: number, what: string): Promise<void> | undefined {
    const reading = this.port.readElsewhere?.(target, position);
    return reading?.then((count) => this.#filled(target, position, what, count));
  }

  #filled(target: Uint8Array, position: number, what: string, count: number): void {
    this.bytesRead += count;
    if (count === target.length) return;
    throw new FileStorageException(
      `${what} is cut short: of ${target.length} bytes at ${position} only ${count} are in the file`,
    );
  }

  /** Reads up to `length` bytes, fewer at the end of the file. */
  bytesUpTo(structure: string, address: number, length: number): Uint8Array {
    return this.bytes(structure, address, Math.max(0, Math.min(length, this.limit - address)));
  }

  read(structure: string, address: number, length: number): ByteReader {
    return new ByteReader(this.bytes(structure, address, length), this, structure, address);
  }

  /** Reads a structure whose last four bytes are its checksum, and checks that. */
  readChecked(structure: string, address: number, length: number): ByteReader {
    const reader = this.read(structure, address, length);
    this.verifyChecksum(structure, address, reader.bytes);
    return reader;
  }

  /** Throws unless the last four bytes are the checksum of those before them. */
  verifyChecksum(structure: string, address: number, bytes: Uint8Array): void {
    const covered = bytes.length - 4;
    const reader = new ByteReader(bytes, this, structure, address);
    reader.position = covered;
    const found = reader.u32();
    if (found !== lookup3(bytes.subarray(0, covered))) {
      throw this.damage(structure, address, "its checksum does not match its bytes");
    }
  }

  write(address: number, bytes: Uint8Array): void {
    this.port.write(bytes, this.positionOf(address));
  }

  /** Puts the checksum into the last four bytes and writes the structure. */
  writeChecked(address: number, bytes: Uint8Array): void {
    const covered = bytes.length - 4;
    new ByteWriter(bytes, covered).u32(lookup3(bytes.subarray(0, covered)));
    this.write(address, bytes);
  }
}

/** The structures of what a port shows, where that was not looked at yet. */
export function structureFile(file: FilePort | StructureFile, name?: string): StructureFile {
  return file instanceof StructureFile ? file : new StructureFile(file, name);
}
