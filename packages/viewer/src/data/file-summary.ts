import { decodeMetadata, type Metadata, type NDArray, type NodeInfo } from "@tvb-storage/core/arrays";
import { datatypeIdentity } from "@tvb-storage/core/internal";
import type { SourceFile } from "../sources/source.js";
import type { AttributeValue, DataFile } from "./data-file.js";

/** What a file says of itself before any of its data are read. */
export interface FileSummary {
  /** All nodes, sorted by path. */
  readonly nodes: readonly NodeInfo[];
  /** Attributes of the root without the prefix `TVB_`; booleans, dates and numbers as such. */
  readonly metadata: Metadata;
  /** `Connectivity`, `TimeSeriesRegion`: of the attribute `type`, else of the name. */
  readonly className?: string;
  /** 32 hexadecimal digits. */
  readonly gid?: string;
  /** `YYYY-MM-DD HH:MM:SS.ffffff`. */
  readonly created?: string;
}

const summaries = new WeakMap<DataFile, Promise<FileSummary>>();

/** The summary of an opened file, read once. */
export function summaryOf(file: SourceFile, data: DataFile): Promise<FileSummary> {
  let summary = summaries.get(data);
  if (summary === undefined) {
    summary = summarize(file, data);
    summaries.set(data, summary);
    // What failed is tried again by the next call: a server may be there then.
    summary.catch(() => summaries.delete(data));
  }
  return summary;
}

async function summarize(file: SourceFile, data: DataFile): Promise<FileSummary> {
  const nodes = await data.list();
  const metadata = decodedMetadata(await data.attributes("/"));
  const { class: className, gid, created } = datatypeIdentity(file.path.split("/").at(-1) ?? "", metadata);
  return {
    nodes,
    metadata,
    ...(className === undefined ? {} : { className }),
    ...(gid === undefined ? {} : { gid }),
    ...(created === undefined ? {} : { created }),
  };
}

/** Those attributes that can be read, decoded. */
export function decodedMetadata(attributes: ReadonlyMap<string, AttributeValue>): Metadata {
  const readable: [string, NDArray][] = [];
  for (const [name, value] of attributes) if ("array" in value) readable.push([name, value.array]);
  return decodeMetadata(readable);
}

/** The dataset at one of these paths, the first that there is. */
export function datasetAt({ nodes }: FileSummary, ...paths: readonly string[]): NodeInfo | undefined {
  for (const path of paths) {
    const found = nodes.find((node) => node.kind === "dataset" && node.path === path);
    if (found !== undefined) return found;
  }
  return undefined;
}
