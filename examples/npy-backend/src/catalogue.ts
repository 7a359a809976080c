import { allocate, elementCount, isDataType, type NDArray, ndarray } from "@tvb-storage/core";
import { IncompatibleFileManagerException } from "@tvb-storage/errors";
import { type FileSystem, folderEntries, pathStats, systemErrorCode } from "@tvb-storage/files";
import { readAt } from "./npy-file.js";

/** A group, or a dataset in a file of its own; its type and shape are there. */
export interface Node {
  /** By the names under which they are stored. */
  readonly attributes: ReadonlyMap<string, NDArray>;
  /** The dataset's file in the folder; undefined for a group. */
  readonly file?: string;
  /** The axis along which the dataset may grow. */
  readonly grows?: number;
  /** Of this dataset alone: one that takes its path later has another. */
  readonly id?: string;
}

/** All nodes by their absolute paths, `/` among them. */
export type Nodes = ReadonlyMap<string, Node>;

export const CATALOGUE = "index.json";
const FORMAT = "npyd/1";
/** Files that a transaction makes before its commit, or leaves when its process dies: they may be removed. */
export const OURS: RegExp = /^\..+\.tmp$|\.[0-9a-f]{8}\.npy$/;

/**
 * What a folder holds; nothing where it is missing, or its creation was interrupted.
 *
 * @throws IncompatibleFileManagerException it is a file, or a folder of something else.
 */
export async function readCatalogue(fs: FileSystem, folder: string): Promise<Nodes> {
  const stats = await pathStats(fs, folder, { followLinks: true });
  if (stats === undefined) return new Map();
  if (stats.kind !== "folder") throw new IncompatibleFileManagerException("it is a file, not a folder");
  try {
    return parseNodes(await readText(fs, `${folder}/${CATALOGUE}`));
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === "ENOENT" && (await folderEntries(fs, folder)).every(({ name }) => OURS.test(name)))
      return new Map();
    if (code !== undefined && code !== "ENOENT") throw cause;
    throw new IncompatibleFileManagerException(`it has no ${CATALOGUE} that can be read`, { cause });
  }
}

async function readText(fs: FileSystem, path: string): Promise<string> {
  const handle = await fs.promises.open(path, "r");
  try {
    // Its size may be that of the catalogue before: another process may replace it now.
    for (let room = 65536; ; room *= 2) {
      const bytes = await readAt(handle, 0, room);
      if (bytes.length < room)
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    }
  } finally {
    await handle.close();
  }
}

/** Entries are texts: JSON has no bigints, and no NaN, infinity or -0. */
export function formatNodes(nodes: Nodes): string {
  const toText = (entry: unknown): string => (Object.is(entry, -0) ? "-0" : String(entry));
  const listed = [...nodes].map(([path, { attributes, ...dataset }]) => {
    const values = [...attributes].map(([name, { dtype, shape, data }]) => {
      return [name, { dtype, shape, data: Array.from<unknown, string>(data, toText) }];
    });
    return [path, { ...dataset, attributes: Object.fromEntries(values) }];
  });
  return `${JSON.stringify({ format: FORMAT, nodes: Object.fromEntries(listed) }, null, 1)}\n`;
}

type Json = Readonly<Record<string, unknown>>;

function asObject(value: unknown, what: string): Json {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json; // by this line
  throw new TypeError(`${what} is no object`);
}

/** Throws whatever is wrong with a text that is no catalogue. */
function parseNodes(text: string): Nodes {
  const { format, nodes } = asObject(JSON.parse(text), "the catalogue");
  if (format !== FORMAT) throw new TypeError(`it does not say "format": "${FORMAT}"`);
  return new Map(
    Object.entries(asObject(nodes, "its list")).map(([path, node]) => {
      const { attributes, file, grows, id } = asObject(node, path);
      const values = Object.entries(asObject(attributes, path)).map(
        ([name, value]) => [name, parseAttribute(value)] as const,
      );
      const dataset = {
        // A name from a stranger's folder must not lead out of it.
        ...(typeof file === "string" && /^[\w.-]+\.npy$/.test(file) ? { file } : {}),
        ...(typeof grows === "number" ? { grows } : {}),
        ...(typeof id === "string" ? { id } : {}),
      };
      return [path, { attributes: new Map(values), ...dataset }];
    }),
  );
}

function parseAttribute(value: unknown): NDArray {
  const { dtype, shape, data } = asObject(value, "an attribute");
  if (!isDataType(dtype) || !Array.isArray(shape) || !Array.isArray(data))
    throw new TypeError("an attribute is no array");
  const parse = dtype === "string" ? String : dtype === "int64" || dtype === "uint64" ? BigInt : Number;
  const container = allocate(dtype, elementCount(shape));
  for (let i = 0; i < container.length; i++) container[i] = parse(String(data[i])) as never; // as the type has it
  return ndarray({ dtype, shape, data: container } as NDArray); // checked by `ndarray`
}
