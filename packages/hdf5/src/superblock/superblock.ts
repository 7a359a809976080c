import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import type { FileBytes, FilePort } from "@tvb-storage/files";
import { lookup3 } from "@tvb-storage/files/internal";
import { ByteReader } from "../bytes/byte-reader.js";
import { ByteWriter } from "../bytes/byte-writer.js";
import { damaged, unsupported } from "../bytes/damage.js";

// File Format Specification, "Disk Format: Level 0A - Format Signature and Superblock".
//
// Base address: HDF5 goes by where it finds the superblock. Where the superblock states another base address
// (h5jam puts a user block in front and changes nothing else; a tool cuts one off), HDF5 takes the position of
// the superblock for it, and shifts the stated end of file by the difference (H5F__super_read in H5Fsuper.c:
// "Check if superblock address is different from base address and adjust base address and end of address").
// When it opens the file for writing, it writes both as corrected. So do we.
// One case more: only the base address is wrong, and too large. The end of file is right then, and HDF5 would
// put it before the end of the data, which it then overwrites. A stated end that fits the file is kept instead.

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
/** The longest superblock: version 1 with offsets and lengths of eight bytes. */
const LONGEST = 100;
/** Byte 11 of versions 2 and 3. */
const FLAGS_AT = 11;

/** Bits of "File Consistency Flags". */
const OPEN_FOR_WRITING = 0x01;
const OPEN_FOR_SWMR = 0x04;

export interface Superblock {
  readonly version: 0 | 1 | 2 | 3;
  /** Where the superblock begins, in bytes from the start of the file: 0, or the length of the user block. */
  readonly position: number;
  /** Added to every address to get the position in the file. */
  readonly baseAddress: number;
  readonly offsetSize: number;
  readonly lengthSize: number;
  /** Bytes of the file from its very start that HDF5 counts as its own, corrected where the base address had to be. */
  readonly endOfFile: number;
  /** The base address as it is written there; where it is not `baseAddress`, `endOfFile` is corrected. */
  readonly statedBaseAddress: number;
  /** Address of the root group's object header. */
  readonly rootAddress: number;
  /** Address of the object header of the superblock extension, in versions 2 and 3. */
  readonly extensionAddress: number | undefined;
  readonly driverInfoAddress: number | undefined;
  /** "File Consistency Flags": bit 0 open for writing, bit 2 open for single-writer/multiple-reader. */
  readonly consistencyFlags: number;
  /** Entries a symbol table node holds at most, halved ("Group Leaf Node K"); versions 0 and 1 say it. */
  readonly groupLeafK: number;
  readonly groupInternalK: number;
  /** "Indexed Storage Internal Node K" of version 1 B-trees of chunks. */
  readonly chunkInternalK: number;
}

function isSignature(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, index) => bytes[index] === byte);
}

/** Finds the superblock: at 0 or, after a user block, at 512 and its doublings. Undefined: not an HDF5 file. */
export function findSuperblock(port: FileBytes): number | undefined {
  const head = new Uint8Array(SIGNATURE.length);
  for (
    let position = 0;
    position + SIGNATURE.length <= port.size;
    position = position === 0 ? 512 : position * 2
  ) {
    if (port.read(head, position) === head.length && isSignature(head)) return position;
  }
  return undefined;
}

/**
 * Reads the superblock.
 * @throws FileStructureException where the file is not HDF5, shorter than it says, of an unknown version, or
 *   its superblock is damaged: it cannot be opened.
 */
export function readSuperblock(port: FileBytes, name = "HDF5 file"): Superblock {
  const bytes = new Uint8Array(Math.min(LONGEST, port.size));
  // Nearly always it is at the very beginning, and is then read once.
  port.read(bytes, 0);
  const position = isSignature(bytes) ? 0 : findSuperblock(port);
  if (position === undefined) {
    throw new FileStructureException(
      `${name}: not an HDF5 file: no HDF5 signature in its ${port.size} bytes.`,
    );
  }
  const count = position === 0 ? bytes.length : port.read(bytes, position);
  const superblock = corrected(parseSuperblock(bytes.subarray(0, count), position, name), port.size, name);
  // A writer that has the file open takes space before it fills it.
  if (superblock.endOfFile > port.size && writingMark(superblock) === undefined) {
    throw new FileStructureException(
      `${name}: the file is cut short: its superblock says ${superblock.endOfFile} bytes, there are ${port.size}.`,
    );
  }
  return superblock;
}

function parseSuperblock(bytes: Uint8Array, position: number, name: string): Superblock {
  const version = bytes[SIGNATURE.length];
  const parse =
    version === 0 || version === 1 ? parseOld : version === 2 || version === 3 ? parseNew : undefined;
  try {
    if (parse === undefined) {
      throw unsupported({ name }, "superblock", position, `version ${version ?? "?"}, known are 0 to 3`);
    }
    return parse(bytes, position, name);
  } catch (error) {
    // Damage elsewhere leaves a file that can be opened; this does not.
    throw error instanceof FileStorageException
      ? new FileStructureException(error.message, { cause: error })
      : error;
  }
}

/** The superblock with the end of file that its position, and not its stated base address, makes right. */
function corrected(stated: Superblock, size: number, name: string): Superblock {
  const shift = stated.position - stated.statedBaseAddress;
  if (shift === 0) return stated;
  const shifted = stated.endOfFile + shift;
  const endOfFile = stated.endOfFile <= size ? Math.max(shifted, stated.endOfFile) : shifted;
  if (endOfFile <= stated.position) {
    throw new FileStructureException(
      `${name}: its superblock at ${stated.position} states the base address ${stated.statedBaseAddress} and ` +
        `the end of file ${stated.endOfFile}, which leaves nothing of the file.`,
    );
  }
  return { ...stated, endOfFile };
}

function checkSizes(name: string, position: number, offsetSize: number, lengthSize: number): void {
  for (const size of [offsetSize, lengthSize]) {
    if (size !== 2 && size !== 4 && size !== 8) {
      throw damaged({ name }, "superblock", position, `addresses or lengths of ${size} bytes`);
    }
  }
}

/** Versions 0 and 1: the root group is a symbol table entry. */
function parseOld(bytes: Uint8Array, position: number, name: string): Superblock {
  const offsetSize = bytes[13] ?? 0;
  const lengthSize = bytes[14] ?? 0;
  checkSizes(name, position, offsetSize, lengthSize);
  const reader = new ByteReader(bytes, { name, offsetSize, lengthSize }, "superblock", position);
  reader.skip(SIGNATURE.length);
  const version = reader.u8() === 0 ? 0 : 1;
  reader.skip(7); // versions of free-space, symbol table and shared header; the two sizes; two reserved bytes
  const groupLeafK = reader.u16();
  const groupInternalK = reader.u16();
  const consistencyFlags = reader.u32();
  const chunkInternalK = version === 1 ? reader.u16() : 32;
  if (version === 1) reader.skip(2);
  const statedBaseAddress = reader.definedAddress("the base address");
  reader.skip(offsetSize); // global free-space index, never written
  const endOfFile = reader.definedAddress("the end of the file");
  const driverInfoAddress = reader.fileAddress();
  reader.skip(lengthSize); // the root group's link name: see `symbolEntrySize`
  const rootAddress = reader.definedAddress("the root group");
  return {
    version,
    position,
    baseAddress: position,
    statedBaseAddress,
    offsetSize,
    lengthSize,
    endOfFile,
    rootAddress,
    extensionAddress: undefined,
    driverInfoAddress,
    consistencyFlags,
    groupLeafK,
    groupInternalK,
    chunkInternalK,
  };
}

/** Versions 2 and 3. */
function parseNew(bytes: Uint8Array, position: number, name: string): Superblock {
  const offsetSize = bytes[9] ?? 0;
  const lengthSize = bytes[10] ?? 0;
  checkSizes(name, position, offsetSize, lengthSize);
  const reader = new ByteReader(bytes, { name, offsetSize, lengthSize }, "superblock", position);
  reader.skip(SIGNATURE.length);
  const version = reader.u8() === 2 ? 2 : 3;
  reader.skip(2);
  const consistencyFlags = reader.u8();
  const statedBaseAddress = reader.definedAddress("the base address");
  const extensionAddress = reader.fileAddress();
  const endOfFile = reader.definedAddress("the end of the file");
  const rootAddress = reader.definedAddress("the root group");
  const covered = bytes.subarray(0, reader.position);
  if (reader.u32() !== lookup3(covered)) {
    throw damaged({ name }, "superblock", position, "its checksum does not match its bytes");
  }
  return {
    version,
    position,
    baseAddress: position,
    statedBaseAddress,
    offsetSize,
    lengthSize,
    endOfFile,
    rootAddress,
    extensionAddress,
    driverInfoAddress: undefined,
    consistencyFlags,
    groupLeafK: 4,
    groupInternalK: 16,
    chunkInternalK: 32,
  };
}

/** Fields that can be replaced. */
interface Replaced {
  /** In bytes from the very start of the file. */
  readonly endOfFile?: number;
  readonly consistencyFlags?: number;
  /** In versions 2 and 3. */
  readonly rootAddress?: number;
}

/** Where the base address is, in bytes from the start of the superblock; the end of file is two addresses on. */
function baseAddressAt(superblock: Superblock): number {
  if (superblock.version >= 2) return 12;
  return superblock.version === 1 ? 28 : 24;
}

/**
 * Rewrites fields of the superblock in place, with the base address and the end of
 * file as they are by its position, and in versions 2 and 3 its checksum.
 */
function rewrite(port: FilePort, superblock: Superblock, replaced: Replaced): void {
  const { offsetSize, position, version } = superblock;
  const baseAt = baseAddressAt(superblock);
  const covered = baseAt + 4 * offsetSize;
  const bytes = new Uint8Array(version >= 2 ? covered + 4 : covered);
  port.read(bytes, position);
  new ByteWriter(bytes, baseAt).uint(superblock.baseAddress, offsetSize);
  new ByteWriter(bytes, baseAt + 2 * offsetSize).uint(replaced.endOfFile ?? superblock.endOfFile, offsetSize);
  if (version >= 2) {
    bytes[FLAGS_AT] = replaced.consistencyFlags ?? superblock.consistencyFlags;
    new ByteWriter(bytes, baseAt + 3 * offsetSize).uint(
      replaced.rootAddress ?? superblock.rootAddress,
      offsetSize,
    );
    new ByteWriter(bytes, covered).u32(lookup3(bytes.subarray(0, covered)));
  }
  port.write(bytes, position);
}

/**
 * Writes the base address that the position of the superblock gives, and the end of
 * file with it, where another is stated. Without it HDF5 would take other bytes for
 * the end of the file than we do. Returns whether there was something to correct.
 */
export function correctBaseAddress(port: FilePort, superblock: Superblock): boolean {
  if (superblock.statedBaseAddress === superblock.baseAddress) return false;
  rewrite(port, superblock, {});
  return true;
}

/**
 * The mark of a writer that has the file open, or never closed it: `"swmr"` that of a
 * single writer which lets others read. HDF5 looks at it from version 3 on; what older
 * files have there are leftovers without a meaning.
 */
export function writingMark({ version, consistencyFlags }: Superblock): "write" | "swmr" | undefined {
  if (version < 3) return undefined;
  if ((consistencyFlags & OPEN_FOR_SWMR) !== 0) return "swmr";
  return (consistencyFlags & OPEN_FOR_WRITING) !== 0 ? "write" : undefined;
}

/**
 * Makes a file usable that a writer did not close: clears its mark, and counts all
 * bytes of the file as HDF5's own, since what the writer added last is not in the end
 * of file that it had written. Space that it had taken and not filled becomes zeros.
 */
export function adoptUnclosed(port: FilePort, superblock: Superblock): void {
  const endOfFile = Math.max(superblock.endOfFile, port.size);
  if (endOfFile > port.size) port.truncate(endOfFile);
  rewrite(port, superblock, { endOfFile, consistencyFlags: withoutMarks(superblock) });
}

function withoutMarks({ consistencyFlags }: Superblock): number {
  return consistencyFlags & ~(OPEN_FOR_WRITING | OPEN_FOR_SWMR);
}

/** Writes another end-of-file address: `endOfFile` in bytes from the very start of the file. */
export function writeEndOfFile(port: FilePort, superblock: Superblock, endOfFile: number): void {
  rewrite(port, superblock, { endOfFile });
}

/** Makes another group the root group of a file; its superblock is of version 2 or 3. */
export function writeRootAddress(port: FilePort, superblock: Superblock, rootAddress: number): void {
  rewrite(port, superblock, { rootAddress });
}

/** A superblock of version 2 whose root group follows it, and nothing else. */
export function newSuperblock(): Uint8Array {
  const size = 48;
  const bytes = new Uint8Array(size);
  new ByteWriter(bytes)
    .put(Uint8Array.from(SIGNATURE))
    .u8(2) // version
    .u8(8) // bytes of addresses
    .u8(8) // bytes of lengths
    .u8(0) // no marks
    .uint(0, 8) // base address
    .uint(undefined, 8) // no extension
    .uint(size, 8) // end of file
    .uint(size, 8); // root group
  new ByteWriter(bytes, size - 4).u32(lookup3(bytes.subarray(0, size - 4)));
  return bytes;
}
