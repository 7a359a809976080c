import { isTVBException } from "@tvb-storage/errors";

/** The errno name of a system error, such as `"ENOENT"`; undefined for any other value. */
export function systemErrorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/**
 * The code of the system error that is behind an exception of `@tvb-storage/errors`; undefined where its reason is what was
 * found in a file. Exceptions may be the causes of others.
 */
export function systemCause(error: Error): string | undefined {
  let { cause } = error;
  while (isTVBException(cause)) ({ cause } = cause);
  return systemErrorCode(cause);
}

/** The message of anything that was thrown. */
export function errorMessage(error: unknown): string {
  try {
    if (!(error instanceof Error)) return String(error);
    // Node's fetch says in its cause what failed, which may be one reason for each address of a host.
    const { message, cause } = error;
    if (message !== "fetch failed" || !(cause instanceof Error)) return message;
    return `${message}: ${cause.message || systemErrorCode(cause) || cause.name}`;
  } catch {
    return "an object without a text"; // a Proxy, or one without a prototype
  }
}
