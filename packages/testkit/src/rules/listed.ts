import type { NodeInfo, StorageManager } from "@tvb-storage/core";

/** The nodes beneath `where`, by path: in which order `listNodes` gives them, and whether that group is one, is open. */
export async function listed(
  m: StorageManager,
  options: { readonly where?: string; readonly depth?: number } = {},
): Promise<NodeInfo[]> {
  const where = options.where ?? "/";
  const nodes = (await m.listNodes(options)).filter(({ path }) => path !== where);
  return nodes.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Their paths. */
export async function listedPaths(
  m: StorageManager,
  options: Parameters<typeof listed>[1] = {},
): Promise<string[]> {
  return (await listed(m, options)).map(({ path }) => path);
}
