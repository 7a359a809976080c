import { type NDArray, type NodeInfo, resolveSelection, selectElements } from "@tvb-storage/core/arrays";
import type { AttributeValue, DataFile, ReadOptions } from "../../src/data/data-file.js";

/** A read of a `MemoryDataFile`. */
export interface MemoryRead {
  readonly path: string;
  readonly options: ReadOptions;
}

/** A file of arrays in memory, which records what is read of it. */
export class MemoryDataFile implements DataFile {
  readonly format = "HDF5";
  readonly reads: MemoryRead[] = [];
  /** Awaited before each read is answered. */
  gate: () => Promise<void> = () => Promise.resolve();

  constructor(
    readonly arrays: Readonly<Record<string, NDArray>>,
    readonly root: Readonly<Record<string, NDArray>> = {},
    readonly chunks?: readonly number[],
  ) {}

  async list(): Promise<readonly NodeInfo[]> {
    return Object.entries(this.arrays).map(([path, { dtype, shape }]) => ({
      path,
      kind: "dataset",
      dtype,
      shape,
      chunks: this.chunks ?? null,
    }));
  }

  async attributes(path: string): Promise<ReadonlyMap<string, AttributeValue>> {
    if (path !== "/") return new Map();
    return new Map(Object.entries(this.root).map(([name, array]) => [`TVB_${name}`, { array }]));
  }

  async read(path: string, options: ReadOptions = {}): Promise<NDArray> {
    this.reads.push({ path, options });
    await this.gate();
    options.signal?.throwIfAborted();
    const array = this.arrays[path];
    if (array === undefined) throw new Error(`there is no ${path}`);
    return selectElements(array, resolveSelection(options.selection, array.shape));
  }
}

/** An attribute that is a text or a number. */
export function scalar(value: string | number): NDArray {
  return typeof value === "string"
    ? { dtype: "string", shape: [], data: [value] }
    : { dtype: "float64", shape: [], data: Float64Array.of(value) };
}
