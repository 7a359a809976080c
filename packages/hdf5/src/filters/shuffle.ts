import { unshuffleInTurns } from "@tvb-storage/core/internal";
import type { FilterDecoder } from "./filter.js";

/** HDF5's filter 2: the first bytes of all elements, then their second ones, ...; a rest that is no element stays as it is. */
export const decodeShuffle: FilterDecoder = (bytes, { clientData: [size = 1], pause }) =>
  unshuffleInTurns(bytes, size, pause);
