import type { Slice } from "@tvb-storage/core";
import type { ErrorCode } from "@tvb-storage/errors";
import type { Entries, ModelArray, ModelType, Operation } from "./operation.js";

/** What a call should do: resolve to a value, or reject with one of these codes. */
export type Prediction = { readonly value: unknown } | { readonly codes: readonly ErrorCode[] };

interface ModelNode {
  /** Undefined for a group. */
  array: ModelArray | undefined;
  growable: boolean;
  readonly metadata: Map<string, string | number | boolean>;
}

/** A node that setMetadata creates; nothing else is done with it. */
export const METADATA_ONLY = "m";

const MISSING: Prediction = { codes: ["MISSING_DATASET"] };
const NO_FILE: Prediction = { codes: ["FILE_STRUCTURE"] };
const DONE: Prediction = { value: undefined };

function sameLengths(a: readonly number[], b: readonly number[]): boolean {
  return a.join() === b.join();
}

/** The indices that an entry selects, one by one; undefined where it is refused. */
function indicesOf(entry: number | null | Slice | undefined, length: number): number[] | undefined {
  const all = Array.from({ length }, (_, i) => i);
  if (entry === null || entry === undefined) return all;
  if (typeof entry === "number") {
    const index = entry < 0 ? entry + length : entry;
    return all.includes(index) ? [index] : undefined;
  }
  const end = (value: number | null, absent: number): number =>
    value === null ? absent : value < 0 ? value + length : value;
  const [start, stop] = [Math.max(0, end(entry.start, 0)), end(entry.stop, length)];
  return all.filter((i) => i >= start && i < stop && (i - start) % entry.step === 0);
}

/** The same contract in the simplest way: a Map of nodes, arrays as lists, no code of core. */
export class Model {
  #nodes: Map<string, ModelNode> | undefined;

  /**
   * What the operation should do; also applies it to the model. Undefined
   * where the contract leaves the result open: then it must not be run.
   */
  apply(operation: Operation): Prediction | undefined {
    switch (operation.call) {
      case "store":
        return this.#store(operation.path, operation.array);
      case "append":
        return this.#append(operation.path, operation.array);
      case "read":
        return this.#reading(operation.path, (array) => this.#select(array, operation.selection));
      case "shape":
        return this.#reading(operation.path, ({ shape }) => ({ value: [...shape] }));
      case "stream":
        return this.#reading(operation.path, ({ entries }) => ({ value: [...entries] }));
      case "remove":
        return this.#remove(operation.path);
      case "list":
        return this.#nodes === undefined ? NO_FILE : { value: this.paths() };
      case "setMetadata":
        return this.#setMetadata(operation.path, operation.key, operation.value);
      case "getMetadata": {
        if (this.#nodes === undefined) return NO_FILE;
        const node = this.#nodes.get(operation.path);
        return node === undefined ? MISSING : { value: Object.fromEntries(node.metadata) };
      }
      case "removeMetadata": {
        if (this.#nodes === undefined) return NO_FILE;
        const removed = this.#nodes.get(operation.path)?.metadata.delete(operation.key);
        return removed === true ? DONE : { codes: ["FILE_STRUCTURE"] };
      }
      case "close":
        return DONE;
    }
  }

  /** The paths of all nodes but the root, sorted. */
  paths(): string[] {
    return [...(this.#nodes ?? new Map<string, ModelNode>()).keys()].sort();
  }

  #parentsOf(path: string): string[] {
    const parts = path.split("/");
    return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join("/"));
  }

  /** Whether a dataset is where a group is needed, or the reverse. */
  #blocked(path: string): boolean {
    const nodes = this.#nodes;
    const dataset = (one: string) => nodes?.get(one)?.array !== undefined;
    return this.#parentsOf(path).some(dataset) || (nodes?.has(path) === true && !dataset(path));
  }

  #put(path: string, array: ModelArray, growable: boolean): ModelNode {
    this.#nodes ??= new Map();
    for (const parent of this.#parentsOf(path))
      if (!this.#nodes.has(parent))
        this.#nodes.set(parent, { array: undefined, growable: false, metadata: new Map() });
    const node: ModelNode = { array, growable, metadata: this.#nodes.get(path)?.metadata ?? new Map() };
    this.#nodes.set(path, node);
    return node;
  }

  /** The entries in the dataset's type; undefined where they do not fit. Arrays of a type, not plain numbers. */
  #fitted(entries: Entries, from: ModelType, to: ModelType): Entries | undefined {
    if (from === to) return entries;
    if (from === "string" || to === "string") return undefined;
    if (to === "float64") return entries;
    const whole = (entry: number | string): boolean =>
      Number.isInteger(entry) && Math.abs(Number(entry)) < 2 ** 31 && !Object.is(entry, -0);
    return entries.every(whole) ? entries : undefined;
  }

  #store(path: string, array: ModelArray): Prediction {
    if (this.#blocked(path))
      return { codes: ["FILE_STRUCTURE", "FILE_STORAGE", "INCOMPATIBLE_FILE_MANAGER"] };
    const old = this.#nodes?.get(path);
    if (old?.array === undefined) {
      this.#put(path, array, false);
      return DONE;
    }
    const entries = this.#fitted(array.entries, array.dtype, old.array.dtype);
    if (entries === undefined || !sameLengths(array.shape, old.array.shape))
      return { codes: ["INCOMPATIBLE_FILE_MANAGER"] };
    old.array = { ...old.array, entries };
    return DONE;
  }

  #append(path: string, rows: ModelArray): Prediction | undefined {
    if (this.#blocked(path))
      return { codes: ["FILE_STRUCTURE", "FILE_STORAGE", "INCOMPATIBLE_FILE_MANAGER"] };
    const old = this.#nodes?.get(path);
    if (old?.array === undefined) {
      if (rows.shape.length === 0) return { codes: ["FILE_STRUCTURE"] };
      this.#put(path, rows, true);
      return DONE;
    }
    // A backend may let any dataset grow.
    if (!old.growable) return undefined;
    const entries = this.#fitted(rows.entries, rows.dtype, old.array.dtype);
    const fits = rows.shape.length > 0 && rows.shape.length === old.array.shape.length;
    if (entries === undefined || !fits || !sameLengths(rows.shape.slice(1), old.array.shape.slice(1)))
      return { codes: ["INCOMPATIBLE_FILE_MANAGER", "FILE_STRUCTURE"] };
    const shape = [(old.array.shape[0] ?? 0) + (rows.shape[0] ?? 0), ...rows.shape.slice(1)];
    old.array = { dtype: old.array.dtype, shape, entries: [...old.array.entries, ...entries] };
    return DONE;
  }

  #reading(path: string, read: (array: ModelArray) => Prediction): Prediction {
    if (this.#nodes === undefined) return NO_FILE;
    const node = this.#nodes.get(path);
    if (node === undefined) return MISSING;
    // A group has no data; the contract does not say which of the exceptions says so.
    if (node.array === undefined) return { codes: ["MISSING_DATASET", "FILE_STORAGE", "FILE_STRUCTURE"] };
    return read(node.array);
  }

  #select({ dtype, shape, entries }: ModelArray, selection: readonly (number | null | Slice)[]): Prediction {
    if (selection.length > shape.length) return { codes: ["FILE_STORAGE"] };
    const taken = shape.map((length, axis) => indicesOf(selection[axis], length));
    let positions = [0];
    for (const [axis, indices] of taken.entries()) {
      if (indices === undefined) return { codes: ["FILE_STORAGE"] };
      positions = positions.flatMap((before) => indices.map((i) => before * (shape[axis] ?? 0) + i));
    }
    const kept = taken.filter((_, axis) => typeof selection[axis] !== "number");
    const result = kept.map((indices) => indices?.length ?? 0);
    return { value: { dtype, shape: result, entries: positions.map((position) => entries[position]) } };
  }

  #remove(path: string): Prediction {
    if (this.#nodes === undefined || !this.#nodes.has(path)) return { codes: ["FILE_STRUCTURE"] };
    for (const other of [...this.#nodes.keys()])
      if (other === path || other.startsWith(`${path}/`)) this.#nodes.delete(other);
    return DONE;
  }

  #setMetadata(path: string, key: string, value: string | number | boolean): Prediction | undefined {
    let node = this.#nodes?.get(path);
    if (node === undefined) {
      // The backend chooses the type of the new node, so nothing else is done with it.
      if (path !== METADATA_ONLY) return undefined;
      node = this.#put(path, { dtype: "float64", shape: [1], entries: [0] }, false);
    }
    node.metadata.set(key, value);
    return DONE;
  }
}
