/** A stretch of the file, by HDF5 address. */
export interface Extent {
  readonly address: number;
  readonly size: number;
}
