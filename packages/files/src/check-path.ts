import { FileStructureException } from "@tvb-storage/errors";
import { argumentMessage } from "./check-argument.js";
import { normalizePath } from "./file-path.js";
import { quoted } from "./quoted.js";

/**
 * A path that the caller chose, absolute and with `/` separators.
 *
 * @throws FileStructureException it is empty, has a NUL, or is no string; `what` names it.
 */
export function checkPath(path: unknown, what: string): string {
  if (typeof path !== "string" || path === "")
    throw new FileStructureException(
      argumentMessage(what, "a path", path === "" ? "an empty text" : quoted(path)),
    );
  if (path.includes("\0")) throw new FileStructureException(`${what} has a NUL character: ${quoted(path)}`);
  return normalizePath(path);
}
