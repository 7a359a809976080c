import { CACHE_IMAGE } from "./message-type.js";
import { findMessage, messageReader, readObjectHeader } from "./object-header.js";
import type { StructureFile } from "./structure-file.js";

// File Format Specification, "The Metadata Cache Image Message" and "Metadata Cache Image": what HDF5 had in its
// cache at the close, in one piece, and not at its addresses.

/** One structure, where it belongs. */
export interface CachedStructure {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/**
 * The structures in the cache image of a file; none where it has no image.
 *
 * @throws FileStorageException the image is damaged.
 */
export function readCacheImage(file: StructureFile, extensionAddress: number): CachedStructure[] {
  const message = findMessage(readObjectHeader(file, extensionAddress), CACHE_IMAGE);
  if (message === undefined) return [];
  const body = messageReader(file, message);
  body.expectVersion(0);
  const address = body.fileAddress();
  if (address === undefined) return [];
  const image = file.readChecked("metadata cache image", address, body.length());
  image.expectSignature("MDCI");
  image.expectVersion(0);
  const flags = image.u8();
  if (flags !== 0) throw image.unknown(`flags ${flags}`);
  image.skip(file.lengthSize); // the length again
  const count = image.u32();
  const structures: CachedStructure[] = [];
  for (let index = 0; index < count; index += 1) {
    image.skip(4 + 2 + 2); // type, flags, ring, age; children in HDF5's cache, and those that were changed
    const parents = image.u16();
    image.skip(4); // rank by use
    const at = image.definedAddress("a structure in the cache image");
    const length = image.length();
    image.skip(parents * file.offsetSize);
    file.check("structure in the cache image", at, length);
    structures.push({ address: at, bytes: image.take(length) });
  }
  return structures;
}
