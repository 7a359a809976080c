import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, rmdir, stat, unlink } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileOfKey, keyOfFile, nameBeside } from "./file-names.js";
import { BodySums, type ObjectContents, type ReceivedBody } from "./object-contents.js";

/** Where bodies arrive; no bucket has such a name. */
const ARRIVING = ".arriving";

/**
 * A file for each object, by its key: `<folder>/<bucket>/a/b` has the content of `a/b` and nothing else. A content
 * replaces another by renaming. What is in the folder belongs to one server.
 */
export class FolderContents implements ObjectContents {
  constructor(private readonly folder: string) {}

  async *load(): ReturnType<ObjectContents["load"]> {
    await rm(join(this.folder, ARRIVING), { recursive: true, force: true });
    await mkdir(join(this.folder, ARRIVING), { recursive: true });
    for (const entry of await readdir(this.folder, { recursive: true, withFileTypes: true })) {
      const location = join(entry.parentPath, entry.name);
      const [bucket = "", ...names] = location.slice(join(this.folder, sep).length).split(sep);
      if (!entry.isFile() || names.length === 0) continue;
      const { size, mtime } = await stat(location);
      yield { bucket, key: keyOfFile(names), location, size, modified: mtime };
    }
  }

  async receive(body: AsyncIterable<Uint8Array>): Promise<ReceivedBody> {
    const path = join(this.folder, ARRIVING, randomUUID());
    const sums = new BodySums();
    const discard = () => rm(path, { force: true });
    try {
      await pipeline(sums.of(body), createWriteStream(path, { flags: "wx" }));
    } catch (error) {
      await discard();
      throw error;
    }
    const store = async (bucket: string, key: string, replaced?: string): Promise<string> => {
      const location = replaced ?? (await this.#newLocation(bucket, key));
      await rename(path, location);
      return location;
    };
    return { size: sums.size, ...sums.digests, store, discard };
  }

  async read(location: string, start: number, end: number): Promise<Readable> {
    const file = await open(location, "r");
    return file.createReadStream({ start, end: end - 1 });
  }

  async remove(location: string): Promise<void> {
    await unlink(location);
    // Folders that are empty now, up to that of the bucket.
    for (let path = dirname(location); dirname(path) !== this.folder; path = dirname(path))
      try {
        await rmdir(path);
      } catch {
        return; // not empty
      }
  }

  async #newLocation(bucket: string, key: string): Promise<string> {
    const names = fileOfKey(key);
    const last = names.pop() ?? "";
    let folder = join(this.folder, bucket);
    await mkdir(folder, { recursive: true });
    for (const name of names) folder = await makeFolder(folder, name);
    const isFolder = (await stat(join(folder, last)).catch(() => undefined))?.isDirectory() === true;
    return join(folder, isFolder ? nameBeside(last) : last);
  }
}

async function makeFolder(parent: string, name: string): Promise<string> {
  const path = join(parent, name);
  const isFile = (await stat(path).catch(() => undefined))?.isFile() === true;
  const chosen = isFile ? join(parent, nameBeside(name)) : path;
  await mkdir(chosen, { recursive: true });
  return chosen;
}
