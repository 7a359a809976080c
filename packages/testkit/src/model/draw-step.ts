import {
  type BackendCapabilities,
  DATA_TYPES,
  type DataType,
  type NDArray,
  type Selection,
} from "@tvb-storage/core";
import { type Chance, Chances } from "./chances.js";
import { countOf, kindOf } from "./element-types.js";
import type { FileState, ModelDataset } from "./file-state.js";
import { arrayOfCodes, codesOf } from "./hard-values.js";
import type {
  AppendCall,
  GetCall,
  Input,
  Operation,
  PlainCall,
  RemoveMetadataCall,
  SetMetadataCall,
  Step,
  StoreCall,
  StreamCall,
  Target,
} from "./operation.js";
import { MANAGERS } from "./run-steps.js";

import { DATA_PATHS, KEYS, LENGTHS, METADATA, MORE_PATHS, REFUSED_METADATA } from "./samples.js";

/** Chooses steps that suit what is in the file, and some that do not. */
export class Draw extends Chances {
  constructor(
    chance: Chance,
    private readonly supports: BackendCapabilities,
  ) {
    super(chance);
  }

  step(state: FileState): Step {
    if (this.is(12)) {
      const calls = Array.from({ length: this.chance.int(2, 4) }, () => this.#call(state)).filter(
        (operation) => operation.call !== "streamData" && !isFromBlocks(operation),
      );
      if (calls.length > 1) return { call: "together", calls };
    }
    return this.#call(state);
  }

  #call(state: FileState): Operation {
    const { removal, growableAxes } = this.supports;
    const choices: readonly (readonly [weight: number, make: () => Operation])[] = [
      [8, () => this.#store(state)],
      [growableAxes === "none" ? 1 : 8, () => this.#append(state)],
      [5, () => this.#get(state)],
      [3, () => this.#stream(state)],
      [removal ? 3 : 1, () => ({ call: "removeData", ...this.#node(state) })],
      [4, () => this.#setMetadata(state)],
      [2, () => this.#removeMetadata(state)],
      [3, () => this.#plain(state)],
      [2, () => ({ call: "closeFile", by: this.#by(), name: "", ...this.maybe(3, "disposes", () => true) })],
    ];
    let at = this.chance.int(
      1,
      choices.reduce((sum, [weight]) => sum + weight, 0),
    );
    for (const [weight, make] of choices) {
      at -= weight;
      if (at <= 0) return make();
    }
    throw new RangeError("the weights add up");
  }

  #by(): number {
    return this.chance.int(0, MANAGERS - 1);
  }

  /** The node of a path, in one of the ways in which it can be spelled. */
  #at(path: string): Target {
    const by = this.#by();
    const cut = path.lastIndexOf("/");
    const [group, name] = [path.slice(0, cut), path.slice(cut + 1)];
    switch (this.chance.int(0, 5)) {
      case 0:
        return { by, name: path };
      case 1:
        return { by, where: group === "" ? "/" : group, name };
      case 2:
        return { by, where: `${group.slice(1)}/`, name };
      case 3:
        return { by, where: path, name: "" };
      case 4:
        return { by, where: "/.", name: `.${path}/` };
      default:
        return { by, name: path.slice(1) };
    }
  }

  #node(state: FileState): Target {
    const there = [...state.keys()];
    return this.#at(
      there.length > 0 && !this.is(5) ? this.pick(there) : this.pick([...DATA_PATHS, ...MORE_PATHS]),
    );
  }

  #datasets(state: FileState): readonly (readonly [path: string, dataset: ModelDataset])[] {
    return [...state].flatMap(([path, { dataset }]) => (dataset ? [[path, dataset] as const] : []));
  }

  /** A dataset that is there, where one is. */
  #dataset(state: FileState): readonly [path: string, dataset: ModelDataset] | undefined {
    const datasets = this.#datasets(state);
    return datasets.length > 0 && !this.is(6) ? this.pick(datasets) : undefined;
  }

  #type(): DataType {
    return this.pick(this.is(40) ? DATA_TYPES : this.supports.dtypes);
  }

  /** A value of the option `dtype`. With a complex type, or bool, values that are no NDArray are taken as pairs, or bytes. */
  #asked({ form }: Input): DataType {
    const dtype = this.#type();
    const kind = kindOf(dtype);
    return form === "ndarray" || kind === "integer" || kind === "float" ? dtype : "float64";
  }

  #shape(): number[] {
    const rank = this.pick([0, 1, 1, 2, 2, 2, 3, 3, 4, 5]);
    return Array.from({ length: rank }, () => this.pick(LENGTHS.slice(0, rank > 3 ? 4 : 5)));
  }

  /** Other values of the type of a dataset, or of a type that may convert into it. */
  #array(shape: readonly number[], like?: DataType): NDArray {
    const dtype = like === undefined || this.is(4) ? this.#type() : like;
    const codes = Array.from({ length: this.chance.int(1, 4) }, () =>
      this.is(2) ? 0 : this.chance.int(0, codesOf(dtype) - 1),
    );
    return arrayOfCodes(dtype, shape, codes);
  }

  #input(array: NDArray): Exclude<Input, { form: "blocks" }> {
    const { dtype, shape } = array;
    const kind = kindOf(dtype);
    const isFull = countOf(shape) > 0;
    const isTyped = shape.length === 1 && (kind === "integer" || kind === "float");
    const isPlain =
      dtype === "float64" || dtype === "int64" || dtype === "uint64" || kind === "bool" || kind === "string";
    const form = this.pick([
      "ndarray",
      "ndarray",
      ...(isTyped ? ["typed" as const] : []),
      ...(isPlain && isFull ? ["nested" as const] : []),
    ] as const);
    return { form, array };
  }

  #blocks(array: NDArray): Input {
    const rows: number[] = [];
    let left = array.shape[0] ?? 0;
    while (left > 0) {
      const count = Math.min(left, this.chance.int(1, 3));
      rows.push(count);
      left -= count;
      if (this.is(6)) rows.push(0);
    }
    const isRefused = rows.length > 0 && (rows.at(-1) ?? 0) > 0 && this.is(3);
    const ends = ["short", "long", "wide", "throws", "aborts"] as const;
    return { form: "blocks", array, rows, ...(isRefused ? { end: this.pick(ends) } : {}) };
  }

  #layout({ dtype, shape }: NDArray): StoreCall["options"] {
    const { compression } = this.supports;
    const isChunked = shape.length > 0;
    return {
      ...(isChunked ? this.maybe(4, "chunks", () => shape.map(() => this.chance.int(1, 2))) : {}),
      ...(isChunked && compression.includes("gzip")
        ? this.maybe(5, "compression", () => this.pick(["gzip", { gzip: 1 }] as const))
        : {}),
      ...(dtype === "string" ? this.maybe(4, "stringLength", () => this.pick([2, 6, 100])) : {}),
      ...(isChunked && this.is(40) ? { chunks: [1, ...shape.map(() => 2)] } : {}),
      ...(this.is(60) ? { compression: "gzip" as const } : {}),
    };
  }

  #store(state: FileState): StoreCall {
    const there = this.#dataset(state);
    const isOver = there !== undefined && this.is(2);
    const path = isOver ? there[0] : this.pick(this.is(8) ? MORE_PATHS : DATA_PATHS);
    const shape = isOver && !this.is(6) ? there[1].array.shape : this.#shape();
    const array = this.#array(shape, isOver ? there[1].array.dtype : undefined);
    const input = shape.length > 0 && this.is(4) ? this.#blocks(array) : this.#input(array);
    const canConvert = input.form !== "blocks" && kindOf(array.dtype) !== "string";
    return {
      call: "storeData",
      ...this.#at(path),
      input,
      options: {
        ...(isOver ? {} : this.#layout(array)),
        ...(canConvert ? this.maybe(6, "dtype", () => this.#asked(input)) : {}),
      },
      ...this.maybe(12, "signal", () => this.pick(["aborted", "later"] as const)),
      ...this.maybe(8, "listener", () => this.pick(["listens", "listens", "throws"] as const)),
    };
  }

  #append(state: FileState): AppendCall {
    const growing = this.#datasets(state).filter(([, { growAxis }]) => growAxis !== undefined);
    const there = growing.length > 0 && !this.is(4) ? this.pick(growing) : this.#dataset(state);
    const isOver = there !== undefined && !this.is(3);
    const path = isOver ? there[0] : this.pick(DATA_PATHS);
    const old = isOver ? there[1].array : undefined;
    let shape = old && !this.is(8) ? [...old.shape] : this.#shape();
    if (shape.length === 0 && !this.is(10)) shape = [2];
    const rank = shape.length;
    const isFirst = this.supports.growableAxes === "first" && !this.is(8);
    const axis =
      (isOver && !this.is(6) ? there[1].growAxis : undefined) ??
      (isFirst ? 0 : this.chance.int(0, Math.max(0, rank - 1)));
    if (rank > axis) shape[axis] = this.chance.int(0, 3);
    const growDimension = this.is(2) ? axis : axis - rank;
    const array = this.#array(shape, old?.dtype);
    return {
      call: "appendData",
      ...this.#at(path),
      input: this.#input(array),
      options: {
        ...(isOver ? {} : this.#layout(array)),
        ...(growDimension === -1 && this.is(2) ? {} : { growDimension: this.is(30) ? rank : growDimension }),
        ...this.maybe(2, "closeFile", () => this.is(4)),
      },
    };
  }

  #selection(shape: readonly number[]): Selection {
    const count = this.is(12) ? shape.length + 1 : this.chance.int(0, shape.length);
    return Array.from({ length: count }, (_, axis) => {
      const length = shape[axis] ?? 0;
      const end = () => (this.is(3) ? null : this.chance.int(-length - 1, length + 1));
      // Not allowed by the types, but by what is untyped.
      if (this.is(60)) return this.pick([undefined, 0.5, "0"]) as unknown as null;
      switch (this.chance.int(0, 4)) {
        case 0:
          return null;
        case 1:
          return length > 0 && !this.is(8) ? this.chance.int(-length, length - 1) : length;
        default:
          return { start: end(), stop: end(), step: this.is(25) ? 0 : this.chance.int(1, 3) };
      }
    });
  }

  #get(state: FileState): GetCall {
    const there = this.#dataset(state);
    return {
      call: "getData",
      ...(there ? this.#at(there[0]) : this.#node(state)),
      options: {
        ...(this.is(5) ? {} : { selection: this.#selection(there?.[1].array.shape ?? [2]) }),
        ...this.maybe(20, "field", () => "x"),
        ...this.maybe(6, "ignoreErrors", () => !this.is(3)),
        ...this.maybe(4, "closeFile", () => this.is(4)),
      },
      ...this.maybe(15, "signal", () => this.pick(["aborted", "later"] as const)),
      ...this.maybe(10, "listener", () => this.pick(["listens", "listens", "throws"] as const)),
    };
  }

  #stream(state: FileState): StreamCall {
    const there = this.#dataset(state);
    const meanwhile = Array.from({ length: this.is(3) ? this.chance.int(1, 2) : 0 }, () =>
      this.#call(state),
    ).filter((each) => each.call !== "streamData");
    return {
      call: "streamData",
      ...(there ? this.#at(there[0]) : this.#node(state)),
      options: {
        ...this.maybe(2, "selection", () => this.#selection(there?.[1].array.shape ?? [2])),
        ...this.maybe(20, "field", () => "x"),
        ...(this.is(5) ? {} : { blockBytes: this.pick([1, 8, 16, 24, 50, 1000]) }),
      },
      ...this.maybe(10, "signal", () => this.pick(["aborted", "later"] as const)),
      ...this.maybe(10, "leaveAfter", () => this.chance.int(1, 3)),
      ...(meanwhile.length > 0 ? { meanwhile } : {}),
    };
  }

  #setMetadata(state: FileState): SetMetadataCall {
    const entries = Array.from(
      { length: this.chance.int(1, 3) },
      () => [this.pick(KEYS), this.pick(METADATA)] as const,
    );
    if (this.is(12)) entries.push(["bad", this.pick(REFUSED_METADATA)]);
    return {
      call: "setMetadata",
      ...this.#node(state),
      metadata: Object.fromEntries(entries),
      options: this.maybe(4, "tvbSpecificMetadata", () => this.is(3)),
    };
  }

  #removeMetadata(state: FileState): RemoveMetadataCall {
    const there = this.is(5) ? undefined : this.pick([...state, undefined]);
    const name = there && this.pick([...there[1].attributes.keys(), "TVB_k"]);
    const isTvb = name === undefined ? !this.is(3) : name.startsWith("TVB_") && name !== "TVB_";
    return {
      call: "removeMetadata",
      ...(there ? this.#at(there[0]) : this.#node(state)),
      key: name === undefined ? this.pick(KEYS) : isTvb ? name.slice(4) : name,
      options: {
        ...(isTvb ? {} : { tvbSpecificMetadata: false }),
        ...this.maybe(4, "checkExistence", () => !this.is(3)),
      },
    };
  }

  #plain(state: FileState): PlainCall {
    const at = this.#node(state);
    switch (this.chance.int(0, 4)) {
      case 0:
        return { call: "getDataShape", ...at };
      case 1:
        return { call: "getMetadata", ...at, options: this.maybe(2, "skipUnreadable", () => this.is(2)) };
      case 2:
        return { call: "getFileDataVersion", ...at, ...this.maybe(2, "attribute", () => this.pick(KEYS)) };
      case 3:
        return { call: "listNodes", ...at, options: this.maybe(2, "depth", () => this.chance.int(0, 3)) };
      default:
        return { call: "isValidTvbFile", by: at.by, name: "" };
    }
  }
}

/** Blocks are asked for without keeping others waiting, so their place among other calls is open. */
function isFromBlocks(operation: Operation): boolean {
  return operation.call === "storeData" && operation.input.form === "blocks";
}
