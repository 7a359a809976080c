import type { MetadataValue, NDArray } from "@tvb-storage/core";

/** A dataset of the model. */
export interface ModelDataset {
  readonly array: NDArray;
  /** The bits of its NaN are open, because values were converted. */
  readonly anyNaN: boolean;
  /** Whether the type and values are the backend's choice: so it is until it was looked at. */
  readonly isOpen: boolean;
  /** As the backend lists it; undefined until it was looked at. */
  readonly maxShape: readonly (number | null)[] | undefined;
  /** The axis that `appendData` created it to grow along. */
  readonly growAxis: number | undefined;
  readonly isCompressed: boolean;
  /** What was asked for; a backend may ignore it. */
  readonly stringLength: number | undefined;
}

export interface ModelNode {
  /** Another for a node that is created at the path of one that was removed. */
  readonly id: number;
  /** Undefined for a group. */
  readonly dataset: ModelDataset | undefined;
  /** By the names under which attributes are stored, as they are read back. */
  readonly attributes: ReadonlyMap<string, MetadataValue>;
}

/** The nodes of a file by absolute path. No file is one without nodes. Never changed, only replaced. */
export type FileState = ReadonlyMap<string, ModelNode>;

export const NO_FILE: FileState = new Map();

let ids = 0;

export function newNode(dataset?: ModelDataset): ModelNode {
  ids += 1;
  return { id: ids, dataset, attributes: new Map() };
}

/** The paths of the groups that a path is in, the root first. */
export function parentsOf(path: string): string[] {
  const parts = path.split("/").slice(1, -1);
  return ["/", ...parts.map((_, i) => `/${parts.slice(0, i + 1).join("/")}`)];
}

/** The state of a file that is there: a new one gets its root, with the data version. */
export function withRoot(state: FileState, dataVersion: number): FileState {
  if (state.size > 0) return state;
  return new Map([["/", { ...newNode(), attributes: new Map([["TVB_Data_version", dataVersion]]) }]]);
}

/** The state with one node more, and the groups that it is in. */
export function withNode(state: FileState, path: string, node: ModelNode, dataVersion: number): FileState {
  const next = new Map(withRoot(state, dataVersion));
  for (const parent of parentsOf(path)) if (!next.has(parent)) next.set(parent, newNode());
  return next.set(path, node);
}

/** Whether a node is beneath another. */
export function isBeneath(path: string, group: string): boolean {
  return path !== group && (group === "/" || path.startsWith(`${group}/`));
}

/** The metadata of a node as `getMetadata` gives it: a name with the prefix is used before one without it. */
export function metadataOf({ attributes }: ModelNode): Map<string, MetadataValue> {
  const found = new Map<string, MetadataValue>();
  for (const [name, value] of attributes) {
    const isTvb = name.startsWith("TVB_") && name !== "TVB_";
    const key = isTvb ? name.slice(4) : name;
    if (isTvb || !attributes.has(`TVB_${key}`)) found.set(key, value);
  }
  return found;
}
