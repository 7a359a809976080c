import { ndarray } from "@tvb-storage/core";
import { memoryFileSystem } from "@tvb-storage/files";
import { HDF5StorageManager } from "../../src/index.js";

/** A pattern that is in no file but that of `readSecret`. */
export const SECRET = 0x5ec2e75e;
const BYTES = Buffer.from(Uint32Array.of(SECRET).buffer);
const TEXT = String.fromCharCode(...[...BYTES].map((byte) => byte & 0x7f));

let secret: HDF5StorageManager | undefined;

/** Writes and reads a file full of the secret in every way, so that memory that is given out as it is shows it. */
export async function readSecret(): Promise<void> {
  if (secret === undefined) {
    secret = new HDF5StorageManager("/secret.h5", { fs: memoryFileSystem() });
    const data = ndarray(new Uint32Array(100_000).fill(SECRET), { shape: [1000, 100] });
    await secret.storeData(data, "contiguous");
    await secret.storeData(data, "gzip", { compression: "gzip", chunks: [300, 70] });
    await secret.storeData(data, "chunks", { chunks: [300, 70] });
    await secret.storeData(
      Array.from({ length: 500 }, () => TEXT.repeat(20)),
      "texts",
    );
  }
  for (const name of ["contiguous", "gzip", "chunks", "texts"]) {
    await secret.getData(name);
    await secret.storeData(await secret.getData(name), name);
  }
}

/** Whether the secret is among bytes, at any offset. */
export function hasSecret(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(BYTES);
}

/** Whether the secret is in the data of an array, or in a text of it. */
export function showsSecret(data: ArrayLike<unknown>): boolean {
  if (ArrayBuffer.isView(data))
    return hasSecret(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return Array.from(data).some((text) => String(text).includes(TEXT));
}
