import { unshuffleElements } from "@tvb-storage/core/internal";
import { allocateBytes, type FilterDecoder, PAUSE_BYTES } from "./filter.js";

/** HDF5's filter 2: the first bytes of all elements, then their second ones, ...; a rest that is no element stays as it is. */
export const decodeShuffle: FilterDecoder = async (bytes, { clientData, pause }) => {
  const [size = 1] = clientData;
  const count = size > 0 ? Math.floor(bytes.length / size) : 0;
  if (size <= 1 || count <= 1) return bytes;
  const result = allocateBytes(bytes.length);
  const perPause = Math.max(1, Math.floor(PAUSE_BYTES / size));
  for (let start = 0; start < count; start += perPause) {
    if (start > 0) await pause();
    unshuffleElements(bytes, result, { size, count, start, end: Math.min(count, start + perPause) });
  }
  result.set(bytes.subarray(count * size), count * size);
  return result;
};
