import type { ErrorCode, TVBException } from "./tvb-exception.js";

/** For each code, the codes of the classes it descends from. */
const PARENTS: Readonly<Record<ErrorCode, readonly ErrorCode[]>> = {
  TVB: [],
  FILE_STRUCTURE: ["TVB"],
  FILE_STORAGE: ["TVB"],
  MISSING_DATASET: ["FILE_STORAGE", "TVB"],
  MISSING_DATA_FILE: ["FILE_STORAGE", "TVB"],
  FILE_VERSIONING: ["TVB"],
  INCOMPATIBLE_FILE_MANAGER: ["FILE_VERSIONING", "TVB"],
  FILE_MIGRATION: ["TVB"],
  UNSUPPORTED_FILE_STORAGE: ["TVB"],
  RENAME_WHILE_SYNC_ENCRYPTING: ["TVB"],
};

function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(PARENTS, value);
}

/**
 * Whether `error` is one of our exceptions, and, with `code`, of that class or a
 * descendant of it. Works where `instanceof` does not: across two copies of this
 * package and across realms.
 */
export function isTVBException(error: unknown, code: ErrorCode = "TVB"): error is TVBException {
  if (typeof error !== "object" || error === null) return false;
  if (!("code" in error) || !("message" in error) || !isErrorCode(error.code)) return false;
  return error.code === code || PARENTS[error.code].includes(code);
}
