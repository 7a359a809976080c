import { type AsyncFileBytes, blobFile, httpFile } from "@tvb-storage/files";
import { pageFetch } from "./page-fetch.js";

/** Where a worker finds the bytes of a file by itself: in a blob, or in a part of what is at an address. */
export type BytesPlace =
  | { readonly blob: Blob }
  | { readonly address: string; readonly start: number; readonly size: number };

/** The bytes of a file, with their place where there is one. */
export interface PlacedBytes extends AsyncFileBytes {
  readonly place?: BytesPlace | undefined;
}

/** The bytes of a blob. */
export function placedBlob(blob: Blob): PlacedBytes {
  return { ...blobFile(blob), place: { blob } };
}

/** The bytes of what is at an address, by ranges; throws as `httpFile`. */
export async function placedAddress(address: string | URL): Promise<PlacedBytes> {
  const bytes = await httpFile(address, { fetch: pageFetch });
  return { ...bytes, place: { address: String(address), start: 0, size: bytes.size } };
}

/** The place of a part of a file. */
export function partOf(place: BytesPlace | undefined, start: number, size: number): BytesPlace | undefined {
  if (place === undefined) return undefined;
  return "blob" in place
    ? { blob: place.blob.slice(start, start + size) }
    : { address: place.address, start: place.start + start, size };
}
