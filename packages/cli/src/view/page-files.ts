import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { FileStructureException } from "@tvb-storage/errors";

/** A file of the page. */
export interface PageFile {
  readonly type: string;
  readonly content: Uint8Array;
}

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".md": "text/markdown; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

/**
 * Where the page finds the listing, from its own address; the keys of a Zarr hierarchy are beneath it, by its path. The files
 * are in `FILES`.
 */
export const LISTING = "files.json";
export const FILES = "files";

/** The file of the page itself. */
const INDEX = "index.html";

/**
 * All files of the page that was built into a folder, by their paths in it. They are a few MiB, and in memory they stay
 * those of one build. The page gets the address of the listing.
 *
 * @throws FileStructureException there is no page.
 */
export function pageFiles(folder: string): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  const add = (inner: string): void => {
    for (const entry of readdirSync(join(folder, inner), { withFileTypes: true })) {
      const path = inner === "" ? entry.name : `${inner}/${entry.name}`;
      if (entry.isDirectory()) add(path);
      else if (entry.isFile() && !entry.name.startsWith("."))
        files.set(path, {
          type: TYPES[extname(entry.name)] ?? "application/octet-stream",
          content: readFileSync(join(folder, path)),
        });
    }
  };
  add("");
  const index = files.get(INDEX);
  const html = Buffer.from(index?.content ?? []).toString("utf8");
  if (index === undefined || !html.includes("<head>"))
    throw new FileStructureException(`${folder} has no page: expected ${INDEX} with a <head>`);
  const meta = `<meta name="tvb-files" content="${LISTING}" />`;
  files.set("", { ...index, content: Buffer.from(html.replace("<head>", `<head>\n    ${meta}`)) });
  files.delete(INDEX);
  return files;
}
