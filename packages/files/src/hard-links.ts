import { systemErrorCode } from "./system-error.js";

const NO_LINKS: ReadonlySet<string> = new Set([
  "EACCES", // Linux, for a file of another user; so EPERM
  "EINVAL",
  "EMLINK",
  "ENOSYS",
  "ENOTSUP",
  "EOPNOTSUPP",
  "EPERM",
  "EXDEV",
  "UNKNOWN",
]);

/** Whether `link` failed with `error` because the file system has no hard links, or not for this file. */
export function isWithoutLinks(error: unknown): boolean {
  return NO_LINKS.has(systemErrorCode(error) ?? "");
}
