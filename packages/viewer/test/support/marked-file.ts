import { readFileSync } from "node:fs";
import { lookup3 } from "@tvb-storage/files/internal";

const source = new URL("../../../h5-backend/test/fixtures/open-for-writing.h5", import.meta.url);

/** A file of h5py whose superblock (version 3) says that a program has it open for writing. */
export function markedFile(): Uint8Array {
  const bytes = new Uint8Array(readFileSync(source));
  // The flags are in byte 11, the checksum at the end of 48 bytes.
  bytes[11] = 1;
  new DataView(bytes.buffer).setUint32(44, lookup3(bytes.subarray(0, 44)), true);
  return bytes;
}
