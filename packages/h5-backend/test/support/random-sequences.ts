import { type DataType, type LayoutOptions, type Selection, slice } from "@tvb-storage/core";
import { memoryFileSystem } from "@tvb-storage/files";
import fc from "fast-check";
import { expect } from "vitest";
import { type H5Options, HDF5StorageManager } from "../../src/index.js";
import { appended, arrayOf, EVERY_TYPE, type Model, modelOf, selected } from "./dataset-model.js";

/** An entry of a selection that is made to fit the axis when it is used. */
type Entry =
  | { readonly kind: "whole" }
  | { readonly kind: "index"; readonly at: number }
  | {
      readonly kind: "slice";
      readonly start: number | null;
      readonly stop: number | null;
      readonly step: number;
    };

type Step =
  | { readonly do: "append"; readonly steps: number; readonly seed: number; readonly closeFile: boolean }
  | { readonly do: "read"; readonly selection: readonly Entry[]; readonly closeFile: boolean }
  | { readonly do: "stream"; readonly selection: readonly Entry[]; readonly blockBytes: number }
  | { readonly do: "overwrite"; readonly seed: number }
  | { readonly do: "replace"; readonly seed: number; readonly axis: number }
  | { readonly do: "close" };

interface Sequence {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly grows: boolean;
  readonly axis: number;
  readonly chunks: readonly number[] | undefined;
  readonly level: number | undefined;
  readonly stringLength: boolean;
  readonly seed: number;
  readonly steps: readonly Step[];
}

const small = fc.integer({ min: 0, max: 1e6 });
const bound = fc.option(fc.integer({ min: -8, max: 8 }), { nil: null });
const entry: fc.Arbitrary<Entry> = fc.oneof(
  fc.constant({ kind: "whole" } as const),
  fc.record({ kind: fc.constant("index" as const), at: small }),
  fc.record({
    kind: fc.constant("slice" as const),
    start: bound,
    stop: bound,
    step: fc.integer({ min: 1, max: 4 }),
  }),
);
const selection = fc.array(entry, { maxLength: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("append" as const),
      steps: fc.integer({ min: 0, max: 7 }),
      seed: small,
      closeFile: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("read" as const), selection, closeFile: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("stream" as const),
      selection,
      blockBytes: fc.integer({ min: 1, max: 300 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("overwrite" as const), seed: small }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("replace" as const), seed: small, axis: small }) },
  { weight: 1, arbitrary: fc.constant({ do: "close" } as const) },
);
const sequence: fc.Arbitrary<Sequence> = fc.record({
  dtype: fc.constantFrom(...EVERY_TYPE),
  shape: fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 4 }),
  grows: fc.boolean(),
  axis: small,
  chunks: fc.option(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 4, maxLength: 4 }), {
    nil: undefined,
  }),
  level: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
  stringLength: fc.boolean(),
  seed: small,
  steps: fc.array(step, { maxLength: 8 }),
});

/** The selection for a shape: as many entries as there are axes at most, integers in range. */
function fitted(entries: readonly Entry[], shape: readonly number[]): Selection {
  return entries.slice(0, shape.length).map((given, axis) => {
    const length = shape[axis] ?? 0;
    if (given.kind === "slice") return slice(given.start, given.stop, given.step);
    if (given.kind === "whole" || length === 0) return null;
    return (given.at % (2 * length)) - length;
  });
}

type Engine = NonNullable<H5Options["engine"]>;

/** The longest of the texts takes 300 bytes. */
const STRING_LENGTH = 300;

class Run {
  readonly #manager: HDF5StorageManager;
  readonly #layout: LayoutOptions;
  #axis = 0;
  #grows = false;
  #model: Model;

  constructor(
    readonly sequence: Sequence,
    engine: Engine,
  ) {
    this.#manager = new HDF5StorageManager("/random.h5", { fs: memoryFileSystem(), engine });
    const { dtype, shape, seed, chunks, level, stringLength } = sequence;
    this.#model = modelOf(dtype, shape, seed);
    const compression = level === undefined || shape.length === 0 ? undefined : { gzip: level as 0 };
    this.#layout = {
      ...(compression === undefined ? {} : { compression }),
      ...(chunks === undefined || shape.length === 0
        ? {}
        : { chunks: shape.map((length, axis) => Math.max(1, Math.min(chunks[axis] ?? 1, length))) }),
      ...(stringLength && dtype === "string" ? { stringLength: STRING_LENGTH } : {}),
    };
  }

  async create(axis: number): Promise<void> {
    const { shape } = this.#model;
    const others = shape.filter((_, i) => i !== axis % shape.length);
    this.#grows = this.sequence.grows && shape.length > 0 && !others.includes(0);
    if (!this.#grows) return this.#manager.storeData(arrayOf(this.#model), "g/data", this.#layout);
    this.#axis = axis % shape.length;
    await this.#manager.appendData(arrayOf(this.#model), "g/data", {
      ...this.#layout,
      growDimension: this.#axis,
    });
  }

  async take(step: Step): Promise<void> {
    const manager = this.#manager;
    const { dtype, shape } = this.#model;
    switch (step.do) {
      case "append": {
        if (!this.#grows) return;
        const rows = modelOf(
          dtype,
          shape.map((length, axis) => (axis === this.#axis ? step.steps : length)),
          step.seed,
        );
        const options = { growDimension: this.#axis, closeFile: step.closeFile };
        await manager.appendData(arrayOf(rows), "g/data", options);
        this.#model = appended(this.#model, rows, this.#axis);
        return;
      }
      case "read": {
        const chosen = fitted(step.selection, shape);
        const options = { selection: chosen, closeFile: step.closeFile };
        expect(await manager.getData("g/data", options)).toEqual(arrayOf(selected(this.#model, chosen)));
        return;
      }
      case "stream":
        return this.#stream(fitted(step.selection, shape), step.blockBytes);
      case "overwrite":
        this.#model = modelOf(dtype, shape, step.seed);
        return manager.storeData(arrayOf(this.#model), "g/data");
      case "replace":
        await manager.removeData("g/data");
        this.#model = modelOf(dtype, this.sequence.shape, step.seed);
        return this.create(step.axis);
      case "close":
        return manager.closeFile();
    }
  }

  async #stream(chosen: Selection, blockBytes: number): Promise<void> {
    const whole = selected(this.#model, chosen);
    let elements = 0;
    for await (const { offset, block } of this.#manager.streamData("g/data", {
      selection: chosen,
      blockBytes,
    })) {
      const place = whole.shape.map((_, axis) =>
        slice(offset[axis] ?? 0, (offset[axis] ?? 0) + (block.shape[axis] ?? 0)),
      );
      expect(block).toEqual(arrayOf(selected(whole, place)));
      elements += block.shape.reduce((product, length) => product * length, 1);
    }
    expect(elements).toBe(whole.elements.length);
  }

  async end(): Promise<void> {
    expect(await this.#manager.getDataShape("g/data")).toEqual(this.#model.shape);
    expect(await this.#manager.getData("g/data")).toEqual(arrayOf(this.#model));
    await this.#manager.closeFile();
    expect(await this.#manager.getData("g/data")).toEqual(arrayOf(this.#model));
  }
}

/** Random sequences of calls, each compared with the model after every step. */
export async function runSequences(numRuns: number, seed: number, engine: Engine): Promise<void> {
  await fc.assert(
    fc.asyncProperty(sequence, async (given) => {
      const run = new Run(given, engine);
      await run.create(given.axis);
      for (const next of given.steps) await run.take(next);
      await run.end();
    }),
    { numRuns, seed },
  );
}
