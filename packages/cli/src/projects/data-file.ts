import { type BackendRegistry, elementCount, type NodeInfo } from "@tvb-storage/core";
import { type DatatypeIdentity, datatypeIdentity, identityByName } from "@tvb-storage/core/internal";
import { errorMessage } from "@tvb-storage/files/internal";
import { withoutPath } from "../trees/without-path.js";

/** A data file of a project, as far as it can be read. */
export interface DataFile extends DatatypeIdentity {
  readonly name: string;
  readonly bytes: number;
  /** The dataset with the most elements. */
  readonly data?: Pick<NodeInfo, "path" | "dtype" | "shape">;
  /** Why it cannot be read. */
  readonly reason?: string;
}

/** What a data file says of itself; no data are read. */
export async function describeDataFile(
  backends: BackendRegistry,
  path: string,
  name: string,
  bytes: number,
): Promise<DataFile> {
  const manager = backends.forPath(path).open(path);
  try {
    const metadata = await manager.getMetadata("", { skipUnreadable: true });
    const data = largestOf(await manager.listNodes());
    const { class: className, gid, created } = datatypeIdentity(name, metadata);
    return {
      name,
      ...(className === undefined ? {} : { class: className }),
      ...(gid === undefined ? {} : { gid }),
      bytes,
      ...(created === undefined ? {} : { created }),
      ...(data === undefined ? {} : { data }),
    };
  } catch (error) {
    return { name, ...identityByName(name), bytes, reason: withoutPath(errorMessage(error), path) };
  } finally {
    await manager.closeFile().catch(() => {}); // nothing was written, and why it cannot be read is said
  }
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
  return { path, ...(dtype === undefined ? {} : { dtype }), ...(shape === undefined ? {} : { shape }) };
}
