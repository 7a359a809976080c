import { FileStructureException } from "@tvb-storage/errors";
import {
  defaultFileSystem,
  type FileHandle,
  fileException,
  pathStats,
  replaceFileWith,
  systemErrorCode,
} from "@tvb-storage/files";
import { writeAll } from "@tvb-storage/files/internal";
import type { Context } from "../context.js";
import { printable } from "../terminal/printable.js";

/** Takes what a file consists of, in its order. */
export type WritePart = (part: string | Uint8Array) => Promise<void>;

/**
 * Makes a file in one step: it is there when `fill` has written all, or nothing has changed. With `--dry-run` it only
 * says so.
 *
 * @throws FileStructureException something is there already, unless `overwrite`.
 */
export async function writeNewFile(
  context: Context,
  path: string,
  { overwrite = false }: { readonly overwrite?: boolean | undefined },
  fill: (write: WritePart) => Promise<void>,
): Promise<void> {
  const fs = defaultFileSystem();
  try {
    const there = await pathStats(fs, path, { followLinks: true });
    if (there !== undefined && there.kind !== "file")
      throw new FileStructureException(`${path} is a ${there.kind}; give the name of a file`);
    if (there !== undefined && !overwrite)
      throw new FileStructureException(`${path} is there already; --overwrite replaces it`);
    if (context.dryRun) {
      await context.print(`would ${there === undefined ? "write" : "replace"} ${printable(path)}`);
      return;
    }
    await replaceFileWith(fs, path, (handle) => fill(partsTo(handle)));
  } catch (error) {
    // Errors of what is read name it, and say nothing of this file.
    if (systemErrorCode(error) === undefined) throw error;
    throw fileException(error, `cannot write ${path}`, { fs, path, creates: true });
  }
}

function partsTo(handle: FileHandle): WritePart {
  let position = 0;
  return async (part) => {
    const bytes = typeof part === "string" ? new TextEncoder().encode(part) : part;
    await writeAll(handle, bytes, position);
    position += bytes.length;
  };
}
