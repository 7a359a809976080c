import type { Metadata, NDArray, StorageManager } from "@tvb-storage/core";

/** The content of a file as one text, to compare states. */
export async function stateOf(m: StorageManager): Promise<string> {
  if (!(await m.isValidTvbFile())) return "no file";
  const nodes: string[] = [];
  for (const { path, kind } of await m.listNodes()) {
    if (path === "/") continue;
    const name = path.slice(1);
    const metadata = metadataText(await m.getMetadata(name));
    nodes.push(`${path} ${kind === "dataset" ? arrayText(await m.getData(name)) : kind} ${metadata}`);
  }
  return [`/ ${metadataText(await m.getMetadata())}`, ...nodes.sort()].join("\n");
}

function arrayText(array: NDArray): string {
  return `${array.dtype}[${array.shape.join()}]${Array.from(array.data as never[]).join()}`; // entries of whatever kind
}

function metadataText(values: Metadata): string {
  return JSON.stringify(values, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
}
