import { type BackendRegistry, elementCount, type Metadata, type NodeInfo } from "@tvb-storage/core";
import { errorMessage, formatDateTime, isDate } from "@tvb-storage/files/internal";
import { withoutPath } from "../trees/without-path.js";

/** A data file of a project, as far as it can be read. */
export interface DataFile {
  readonly name: string;
  /** The last part of its attribute `type`, else what its name begins with. */
  readonly class?: string;
  /** 32 hexadecimal digits. */
  readonly gid?: string;
  readonly bytes: number;
  /** `YYYY-MM-DD HH:MM:SS.ffffff`, as in its attribute `create_date`. */
  readonly created?: string;
  /** The dataset with the most elements. */
  readonly data?: Pick<NodeInfo, "path" | "dtype" | "shape">;
  /** Why it cannot be read. */
  readonly reason?: string;
}

const DATA_FILE_NAME = /^(?<class>.+)_(?<gid>[0-9a-f]{32})\.[^.]+$/i;

/** What a data file says of itself; no data are read. */
export async function describeDataFile(
  backends: BackendRegistry,
  path: string,
  name: string,
  bytes: number,
): Promise<DataFile> {
  const byName: { class?: string; gid?: string } = DATA_FILE_NAME.exec(name)?.groups ?? {};
  const manager = backends.forPath(path).open(path);
  try {
    const metadata = await manager.getMetadata("", { skipUnreadable: true });
    const data = largestOf(await manager.listNodes());
    const type = textOf(metadata, "type", "Type")?.split(".").at(-1);
    const gid = textOf(metadata, "gid", "Gid")
      ?.replace(/^urn:uuid:/i, "")
      .replaceAll("-", "");
    const created = metadata["create_date"] ?? metadata["Create_date"];
    return {
      name,
      ...given("class", type ?? byName.class),
      ...given("gid", gid ?? byName.gid),
      bytes,
      ...given("created", isDate(created) ? formatDateTime(created) : undefined),
      ...given("data", data),
    };
  } catch (error) {
    return { name, ...byName, bytes, reason: withoutPath(errorMessage(error), path) };
  } finally {
    await manager.closeFile().catch(() => {}); // nothing was written, and why it cannot be read is said
  }
}

function given<K extends string, V>(key: K, value: V | undefined): { readonly [name in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [name in K]: V }); // a computed key is a plain string to tsc
}

/** Version 2 of the files, of TVB 1.x, has capital letters. */
function textOf(metadata: Metadata, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}

function largestOf(nodes: readonly NodeInfo[]): DataFile["data"] {
  let largest: NodeInfo | undefined;
  let most = -1;
  for (const node of nodes) {
    const count = node.kind === "dataset" && node.shape !== undefined ? elementCount(node.shape) : -1;
    if (count > most) {
      largest = node;
      most = count;
    }
  }
  if (largest === undefined) return undefined;
  const { path, dtype, shape } = largest;
  return { path, ...given("dtype", dtype), ...given("shape", shape) };
}
