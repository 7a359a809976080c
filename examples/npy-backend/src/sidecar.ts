import { isDataType, type NDArray, ndarray } from "@tvb-storage/core";
import {
  type FileSystem,
  fileException,
  folderEntries,
  pathStats,
  replaceFile,
  systemErrorCode,
} from "@tvb-storage/files";

/** A group, or a dataset in a file of its own. */
export interface Node {
  /** By the names under which they are stored. */
  readonly attributes: ReadonlyMap<string, NDArray>;
  /** The dataset's file in the folder; undefined for a group. */
  readonly file?: string;
  /** The axis along which the dataset may grow. */
  readonly grows?: number;
  /** Of this dataset alone: one that takes its name, and its file's, later has another. */
  readonly id?: string;
}

/** All nodes by their absolute paths, `/` among them. Shapes and types are in the .npy files. */
export type Nodes = ReadonlyMap<string, Node>;

/** What is at a path: nothing, something of somebody else, or a folder of ours. */
export type FolderState =
  | { readonly kind: "missing" }
  | { readonly kind: "foreign"; readonly reason: string }
  | { readonly kind: "open"; readonly nodes: Nodes };

const SIDECAR = "index.json";
const FORMAT = "npyd/1";

/** JSON has no bigints, and no NaN, infinity or -0: those are texts. */
function toJson(value: number | bigint | string): number | string {
  if (typeof value === "number" && Number.isFinite(value) && !Object.is(value, -0)) return value;
  return Object.is(value, -0) ? "-0" : String(value);
}

function formatNodes(nodes: Nodes): string {
  const told = [...nodes].map(([path, { attributes, file, grows, id }]) => {
    const values = [...attributes].map(([name, { dtype, shape, data }]) => {
      const entries = Array.from<number | bigint | string>(data as ArrayLike<number | bigint | string>); // of any type
      return [name, { dtype, shape, data: entries.map(toJson) }];
    });
    return [path, { file, grows, id, attributes: Object.fromEntries(values) }];
  });
  return `${JSON.stringify({ format: FORMAT, nodes: Object.fromEntries(told) }, null, 1)}\n`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseAttribute(value: unknown): NDArray {
  if (
    !isRecord(value) ||
    !isDataType(value.dtype) ||
    !Array.isArray(value.shape) ||
    !Array.isArray(value.data)
  )
    throw new TypeError("an attribute is no array");
  const { dtype, shape, data } = value;
  const entries: readonly unknown[] = data;
  if (dtype === "string") return ndarray({ dtype, shape, data: entries.map(String) });
  if (dtype === "int64")
    return ndarray({ dtype, shape, data: BigInt64Array.from(entries.map(String), BigInt) });
  if (dtype === "uint64")
    return ndarray({ dtype, shape, data: BigUint64Array.from(entries.map(String), BigInt) });
  if (dtype === "bool") return ndarray({ dtype, shape, data: Uint8Array.from(entries, Number) });
  if (dtype === "complex64" || dtype === "complex128") {
    const data =
      dtype === "complex64" ? Float32Array.from(entries, Number) : Float64Array.from(entries, Number);
    return ndarray(data, { dtype, shape });
  }
  return ndarray(Float64Array.from(entries, Number), { dtype, shape });
}

/** Throws whatever is wrong with a text that is not a sidecar. */
function parseNodes(text: string): Nodes {
  const content: unknown = JSON.parse(text);
  if (!isRecord(content) || content.format !== FORMAT || !isRecord(content.nodes))
    throw new TypeError(`${SIDECAR} does not say "format": "${FORMAT}"`);
  const nodes = new Map<string, Node>();
  for (const [path, node] of Object.entries(content.nodes)) {
    if (!isRecord(node) || !isRecord(node.attributes)) throw new TypeError(`node ${path} is no object`);
    const { file, grows, id } = node;
    const attributes = Object.entries(node.attributes).map(
      ([name, value]) => [name, parseAttribute(value)] as const,
    );
    nodes.set(path, {
      attributes: new Map(attributes),
      // A name from a stranger's folder must not lead out of it.
      ...(typeof file === "string" && /^[\w.-]+\.npy$/.test(file) ? { file } : {}),
      ...(typeof grows === "number" ? { grows } : {}),
      ...(typeof id === "string" ? { id } : {}),
    });
  }
  return nodes;
}

/** @throws FileStructureException no permission, or another failure of the file system. */
export async function readFolder(fs: FileSystem, folder: string): Promise<FolderState> {
  try {
    const stats = await pathStats(fs, folder, { followLinks: true });
    if (stats === undefined) return { kind: "missing" };
    if (stats.kind !== "folder") return { kind: "foreign", reason: "it is a file, not a folder" };
    const text = await readText(fs, `${folder}/${SIDECAR}`);
    if (text !== undefined) return { kind: "open", nodes: parseNodes(text) };
    // An empty folder is one whose creation was interrupted.
    const empty = (await folderEntries(fs, folder)).length === 0;
    return empty ? { kind: "missing" } : { kind: "foreign", reason: `it has no ${SIDECAR}` };
  } catch (error) {
    if (systemErrorCode(error) !== undefined) throw fileException(error, `${folder} cannot be opened`);
    return { kind: "foreign", reason: error instanceof Error ? error.message : String(error) };
  }
}

async function readText(fs: FileSystem, path: string): Promise<string | undefined> {
  const stats = await pathStats(fs, path);
  if (stats === undefined) return undefined;
  const handle = await fs.promises.open(path, "r");
  try {
    const bytes = new Uint8Array(stats.size);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

/** Replaces the sidecar in one step; makes the folder where it is missing. */
export async function writeFolder(fs: FileSystem, folder: string, nodes: Nodes): Promise<void> {
  try {
    if ((await pathStats(fs, folder, { followLinks: true })) === undefined)
      await fs.promises.mkdir(folder, { mode: 0o755 });
    await replaceFile(fs, `${folder}/${SIDECAR}`, formatNodes(nodes), { sync: false });
  } catch (error) {
    throw fileException(error, `${folder} cannot be written`, { fs, path: folder, creates: true });
  }
}
