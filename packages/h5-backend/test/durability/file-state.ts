import type { NDArray } from "@tvb-storage/core";
import type { SyncFileSystem } from "@tvb-storage/files";
import { HDF5StorageManager } from "../../src/index.js";

/** What is said of a file that is not there. */
export const NO_FILE = "no file";

function arrayText({ dtype, shape, data }: NDArray): string {
  // Of each element type only the text is of interest.
  return `${dtype}[${shape.join()}] ${Array.from(data as ArrayLike<unknown>, String).join()}`;
}

/** Everything in a file as one text, through a manager of its own. Rejects where any of it does not read. */
export async function stateOf(fs: SyncFileSystem, path: string): Promise<string> {
  if (!fs.existsSync(path)) return NO_FILE;
  const m = new HDF5StorageManager(path, { fs, ignoreLocks: true });
  const lines: string[] = [];
  for (const { path: node, kind } of [{ path: "/", kind: "group" }, ...(await m.listNodes())]) {
    const name = node.slice(1);
    const values = kind === "dataset" ? arrayText(await m.getData(name)) : "";
    const metadata = await m.getMetadata(name);
    const keys = Object.keys(metadata).sort();
    const attributes = keys.map((key) => `${key}=${tellValue(metadata[key])}`);
    lines.push(`${node} ${kind} ${values} {${attributes.join("; ")}}`);
  }
  await m.closeFile();
  return lines.sort().join("\n");
}

function tellValue(value: unknown): string {
  if (typeof value === "object" && value !== null && "dtype" in value) return arrayText(value as NDArray); // the one such object
  return value instanceof Date ? value.toISOString() : `${typeof value} ${String(value)}`;
}
