/** A stretch of the file, by HDF5 address. */
export interface Extent {
  readonly address: number;
  readonly size: number;
}

/** Bytes of all extents together. */
export function totalSize(extents: Iterable<Extent>): number {
  let total = 0;
  for (const extent of extents) total += extent.size;
  return total;
}
