import {
  type NDArray,
  type NewLayout,
  pathsBeneath,
  type ResolvedSelection,
  type StorageTransaction,
  type StoredNode,
} from "@tvb-storage/core";
import {
  acquireWriterLock,
  type FileSystem,
  folderEntries,
  replaceFile,
  systemErrorCode,
  type WriterLock,
} from "@tvb-storage/files";
import { CATALOGUE, formatNodes, type Node, OURS, readCatalogue } from "./catalogue.js";
import { NpyFile } from "./npy-file.js";
import { encodeNpy } from "./npy-format.js";

/** A reader that meets commits of another process begins again so often. */
const MAX_ATTEMPTS = 50;

/**
 * A folder in one transaction. Data files are written under new names and never changed; the catalogue that names them
 * is replaced in one step, and that is the commit.
 */
export class NpyTransaction implements StorageTransaction {
  #nodes: Map<string, Node>;
  /** The data file that was looked at last. */
  #file: NpyFile | undefined;

  private constructor(
    private readonly fs: FileSystem,
    private readonly folder: string,
    nodes: ReadonlyMap<string, Node>,
    /** Undefined in a transaction that only reads. */
    private readonly lock: WriterLock | undefined,
  ) {
    this.#nodes = new Map(nodes);
  }

  static async open(fs: FileSystem, folder: string, mode: "read" | "write", signal?: AbortSignal) {
    const lock = mode === "write" ? await acquireWriterLock(fs, folder, signal && { signal }) : undefined;
    try {
      return new NpyTransaction(fs, folder, await readCatalogue(fs, folder), lock);
    } catch (error) {
      lock?.release();
      throw error;
    }
  }

  async node(path: string): Promise<StoredNode | undefined> {
    for (let attempt = 1; ; attempt++) {
      const node = this.#nodes.get(path);
      if (node?.file === undefined) return node;
      const { attributes, file, grows, id } = node;
      try {
        const { dtype, shape } = (await this.#open(file)).header;
        const maxShape = shape.map((length, axis) => (axis === grows ? null : length));
        return { attributes, dataset: { id, dtype, shape, maxShape } };
      } catch (error) {
        const isMissing = systemErrorCode(error) === "ENOENT";
        if (!isMissing || this.lock !== undefined || attempt === MAX_ATTEMPTS) throw error;
        // Another process has committed since the catalogue was read, and removed the file.
        this.#nodes = new Map(await readCatalogue(this.fs, this.folder));
      }
    }
  }

  list(path: string): string[] {
    return pathsBeneath(path, this.#nodes.keys());
  }

  async read(path: string, selection: ResolvedSelection): Promise<NDArray> {
    return (await this.#open(this.#nodes.get(path)?.file ?? "")).read(selection);
  }

  createGroup(path: string): void {
    this.#nodes.set(path, { attributes: new Map() });
  }

  async createDataset(path: string, array: NDArray, { growAxis }: NewLayout): Promise<void> {
    const grows = growAxis === undefined ? {} : { grows: growAxis };
    this.#nodes.set(path, { attributes: new Map(), id: crypto.randomUUID(), ...grows });
    await this.write(path, array);
  }

  async write(path: string, array: NDArray): Promise<void> {
    // A name that says which dataset it is, works on every disk, and was never used before.
    const plain = path
      .slice(1)
      .replaceAll("/", ".")
      .replaceAll(/[^\w.-]/g, "_"); // prettier-ignore
    const file = `${plain.slice(0, 100)}.${crypto.randomUUID().slice(0, 8)}.npy`;
    await this.#replace(file, encodeNpy(array));
    this.#setNode(path, { file });
  }

  remove(path: string): void {
    for (const each of [path, ...this.list(path)]) this.#nodes.delete(each);
  }

  setAttributes(path: string, attributes: Node["attributes"]): void {
    this.#setNode(path, { attributes });
  }

  async commit(): Promise<void> {
    this.lock?.assertHeld();
    await this.#replace(CATALOGUE, formatNodes(this.#nodes));
  }

  async close(): Promise<void> {
    try {
      await this.#file?.close();
      this.lock?.assertHeld();
      if (this.lock !== undefined) await this.#removeUnnamed();
    } catch {
      // What is left does no harm, and the next writer removes it.
    } finally {
      this.lock?.release();
    }
  }

  #setNode(path: string, changed: Partial<Node>): void {
    this.#nodes.set(path, { attributes: new Map(), ...this.#nodes.get(path), ...changed });
  }

  async #open(name: string): Promise<NpyFile> {
    if (this.#file?.name === name) return this.#file;
    await this.#file?.close();
    this.#file = undefined;
    this.#file = await NpyFile.open(this.fs, this.folder, name);
    return this.#file;
  }

  /** Survives the death of the process, not a power cut: that would take `sync: true`, and more time. */
  async #replace(name: string, content: string | Uint8Array): Promise<void> {
    await this.fs.promises.mkdir(this.folder, { recursive: true });
    await replaceFile(this.fs, `${this.folder}/${name}`, content, { sync: false });
  }

  /** Removes what no commit names, of this transaction or of a process that died. */
  async #removeUnnamed(): Promise<void> {
    const nodes = await readCatalogue(this.fs, this.folder);
    const named = new Set([...nodes.values()].map(({ file }) => file));
    for (const { name } of await folderEntries(this.fs, this.folder))
      if (OURS.test(name) && !named.has(name)) await this.fs.promises.unlink(`${this.folder}/${name}`);
    if (nodes.size === 0) await this.fs.promises.rmdir(this.folder);
  }
}
