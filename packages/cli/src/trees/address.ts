/** Whether a path is an address, such as `s3://bucket/a.zarr`, and so none of the file system. */
export function isAddress(path: string): boolean {
  return /^[a-z][a-z\d+.-]+:\/\//i.test(path);
}
