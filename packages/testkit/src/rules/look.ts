import type { Metadata, NDArray, StorageManager } from "@tvb-storage/core";

// What methods that read answer, as texts, to compare one answer with another.

/** A dataset and its metadata are asked for by each method that reads them. */
export interface Look {
  readonly method: string;
  look(m: StorageManager): Promise<string>;
}

/** All ways to look at the root, and at the datasets of these names. */
export function looksAt(datasets: readonly string[]): Look[] {
  return [
    { method: "getMetadata()", look: async (m) => metadataText(await m.getMetadata()) },
    { method: "getFileDataVersion()", look: async (m) => String(await m.getFileDataVersion()) },
    { method: "listNodes()", look: async (m) => nodesText(m) },
    ...datasets.flatMap((name): Look[] => [
      { method: `getData("${name}")`, look: async (m) => arrayText(await m.getData(name)) },
      {
        method: `getData("${name}", { ignoreErrors: true })`,
        look: async (m) => arrayText(await m.getData(name, { ignoreErrors: true })),
      },
      { method: `getDataShape("${name}")`, look: async (m) => (await m.getDataShape(name)).join() },
      { method: `getMetadata("${name}")`, look: async (m) => metadataText(await m.getMetadata(name)) },
      {
        method: `streamData("${name}")`,
        look: async (m) => {
          const blocks: string[] = [];
          for await (const { block } of m.streamData(name, { blockBytes: 64 })) blocks.push(arrayText(block));
          return blocks.join();
        },
      },
    ]),
  ];
}

/** The content of a file as one text. */
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

/** Without what may differ from look to look, such as the bytes that a dataset takes. */
async function nodesText(m: StorageManager): Promise<string> {
  const nodes = await m.listNodes();
  return nodes
    .map(({ path, kind, dtype = "", shape = [] }) => `${path} ${kind} ${dtype} ${shape.join()}`)
    .sort()
    .join("; ");
}

function arrayText(array: NDArray | null): string {
  if (array === null) return "null";
  return `${array.dtype}[${array.shape.join()}]${Array.from(array.data as never[]).join()}`; // entries of whatever kind
}

function metadataText(values: Metadata): string {
  return JSON.stringify(values, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
}
