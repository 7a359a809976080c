import { type ErrorCode, isTVBException, type TVBException } from "@tvb-storage/errors";

/** The exception of class `code` that `act` throws; fails where it throws another or none. */
export function thrown(act: () => unknown, code: ErrorCode): TVBException {
  let result: unknown;
  try {
    result = act();
  } catch (error) {
    if (isTVBException(error) && error.code === code) return error;
    throw error;
  }
  throw new Error(`no ${code} was thrown; the result is ${JSON.stringify(result) ?? String(result)}`);
}

export function structureError(act: () => unknown): TVBException {
  return thrown(act, "FILE_STRUCTURE");
}

export function storageError(act: () => unknown): TVBException {
  return thrown(act, "FILE_STORAGE");
}
