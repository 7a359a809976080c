import type { DatasetInfo } from "../objects/object-info.js";

/**
 * One element as it is read where nothing was stored; undefined for zeros. With
 * the fill time "never" a fill value is not used, as HDF5 has it; h5py gives
 * zeros there.
 */
export function fillElement({ fillValue, datatype }: DatasetInfo): Uint8Array | undefined {
  const { kind, bytes, writeTime } = fillValue;
  if (kind !== "defined" || bytes === undefined || writeTime === "never") return undefined;
  if (bytes.length !== datatype.size || bytes.every((byte) => byte === 0)) return undefined;
  return bytes;
}
