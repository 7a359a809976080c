import type { GetOptions, NodeInfo } from "@tvb-storage/core";
import { isTVBException } from "@tvb-storage/errors";
import { memoryFileSystem, type SyncFileSystem } from "@tvb-storage/files";
import * as hdf5 from "@tvb-storage/hdf5";
import { HDF5StorageManager, verify } from "../../src/index.js";
import { hasSecret, showsSecret } from "../support/secret.js";

/** A damaged file may state any size: of more than this only a part is read. */
const MAX_ELEMENTS = 1e6;

/** Runs `work`; only our exceptions are let pass. */
async function allow<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isTVBException(error)) return undefined;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Error(`${what} threw what is not ours: ${text}`);
  }
}

export function put(fs: SyncFileSystem, path: string, bytes: Uint8Array): void {
  const fd = fs.openSync(path, "w");
  fs.writeSync(fd, bytes, 0, bytes.length, 0);
  fs.closeSync(fd);
}

function get(fs: SyncFileSystem, path: string): Uint8Array {
  const fd = fs.openSync(path, "r");
  const bytes = new Uint8Array(fs.fstatSync(fd).size);
  fs.readSync(fd, bytes, 0, bytes.length, 0);
  fs.closeSync(fd);
  return bytes;
}

function isLarge({ shape = [] }: NodeInfo): boolean {
  return shape.reduce((product, length) => product * length, 1) > MAX_ELEMENTS;
}

async function readNode(manager: HDF5StorageManager, node: NodeInfo): Promise<void> {
  const { path, kind, shape = [], dtype } = node;
  const name = path.slice(1);
  await allow(`metadata of ${path}`, () => manager.getMetadata(name, { skipUnreadable: true }));
  if (kind === "group" || kind === "datatype") return;
  const selection = isLarge(node) ? shape.slice(0, 32).map(() => 0) : [];
  const read = async (options: GetOptions): Promise<void> => {
    const { data } = await manager.getData(name, { selection, closeFile: false, ...options });
    if (showsSecret(data)) throw new Error(`${path} shows memory of another file`);
  };
  await allow(`data of ${path}`, () => read({}));
  await allow(`shape of ${path}`, () => manager.getDataShape(name));
  for (const [, field = ""] of String(dtype).matchAll(/[{ ](\w+): /g)) {
    await allow(`field ${field} of ${path}`, () => read({ field }));
  }
}

/** Reads all of a file without HDF5 and without a manager. */
async function readAlone(bytes: Uint8Array): Promise<void> {
  const file = await allow("open", () => hdf5.open(bytes));
  const nodes = file === undefined ? [] : ((await allow("list", () => file.list())) ?? []);
  await allow("root", async () => file?.attributes());
  for (const { path, kind, ...node } of nodes) {
    await allow(`attributes of ${path}`, async () => file?.attributes(path));
    if (kind === "group" || kind === "datatype") continue;
    const { shape = [] } = node;
    const selection = isLarge({ path, kind, ...node }) ? shape.slice(0, 32).map(() => 0) : [];
    await allow(`data of ${path}`, async () => file?.read(path, { selection }));
  }
  await hdf5.verify(bytes);
}

/** Reads all of a file, checks it, and (with `change`) changes it; throws where there is any exception but ours. */
export async function useFile(bytes: Uint8Array, change: boolean): Promise<void> {
  const fs = memoryFileSystem();
  const path = "/damaged.h5";
  put(fs, path, bytes);
  await readAlone(bytes);
  const manager = new HDF5StorageManager(path, { fs });
  await allow("isValidTvbFile", () => manager.isValidTvbFile());
  const nodes = (await allow("listNodes", () => manager.listNodes())) ?? [];
  for (const node of nodes.slice(0, 60)) await readNode(manager, node);
  await allow("getFileDataVersion", () => manager.getFileDataVersion());
  await allow("closeFile", () => manager.closeFile());
  await allow("verify", () => verify(path, { fs }));
  if (!change) return;
  for (const [index, { path: at }] of nodes.slice(0, 40).entries()) {
    const name = at.slice(1);
    if (index % 3 === 0) await allow(`setMetadata of ${at}`, () => manager.setMetadata({ new: 1 }, name));
    if (index % 3 === 1)
      await allow(`appendData to ${at}`, () => manager.appendData([1, 2], name, { growDimension: 0 }));
    if (index % 3 === 2) await allow(`removeData of ${at}`, () => manager.removeData(name));
  }
  await allow("storeData", () => manager.storeData([1, 2, 3], "dense/new"));
  await allow("closeFile", () => manager.closeFile());
  if (hasSecret(get(fs, path))) throw new Error("memory of another file is in the changed file");
}

/** Whether HDF5 still works: stores, appends, reads back. */
export async function checkHealth(): Promise<void> {
  const fs = memoryFileSystem();
  const manager = new HDF5StorageManager("/sound.h5", { fs });
  await manager.storeData(["a", "ä"], "texts");
  await manager.appendData([[1.5, 2.5]], "rows", { growDimension: 0, compression: "gzip" });
  await manager.appendData([[3.5, 4.5]], "rows", { growDimension: 0 });
  const rows = await manager.getData("rows");
  const texts = await manager.getData("texts");
  if (String(rows.data) !== "1.5,2.5,3.5,4.5" || String(texts.data) !== "a,ä") {
    throw new Error(`a sound file is read wrongly: ${String(rows.data)} ${String(texts.data)}`);
  }
}
