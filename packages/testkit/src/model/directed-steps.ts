import {
  type BackendCapabilities,
  DATA_TYPES,
  type DataType,
  type LayoutOptions,
  type NDArray,
  type Selection,
} from "@tvb-storage/core";
import { METADATA, REFUSED_METADATA } from "./draw-step.js";
import { countOf, kindOf } from "./element-types.js";
import { arrayOfCodes, codesOf, hardArray } from "./hard-values.js";
import type { AppendCall, Input, Operation, Step, StoreCall, Target } from "./operation.js";

// Sequences that are not left to chance: every type, every option, every kind of change during a stream.

export interface DirectedSequence {
  readonly name: string;
  /** What a backend must store for it. */
  readonly dtypes?: readonly DataType[];
  readonly appends?: boolean;
  readonly removes?: boolean;
  readonly steps: (supports: BackendCapabilities) => readonly Step[];
}

function at(name: string, by = 0): Target {
  return { by, name };
}

function store(
  name: string,
  array: NDArray,
  more: Partial<Pick<StoreCall, "options" | "signal" | "listener">> & {
    readonly form?: Exclude<Input["form"], "blocks">;
    readonly by?: number;
  } = {},
): StoreCall {
  const { form = "ndarray", by, options = {}, ...rest } = more;
  return { call: "storeData", ...at(name, by), input: { form, array }, options, ...rest };
}

function blocks(
  name: string,
  array: NDArray,
  rows: readonly number[],
  more: Partial<StoreCall> & { readonly end?: Extract<Input, { form: "blocks" }>["end"] } = {},
): StoreCall {
  const { end, ...rest } = more;
  return {
    call: "storeData",
    ...at(name),
    input: { form: "blocks", array, rows, ...(end ? { end } : {}) },
    options: {},
    ...rest,
  };
}

function append(name: string, array: NDArray, options: AppendCall["options"], by = 0): AppendCall {
  return { call: "appendData", ...at(name, by), input: { form: "ndarray", array }, options };
}

function get(name: string, selection: Selection, by = 0): Operation {
  return { call: "getData", ...at(name, by), options: { selection } };
}

function together(calls: readonly Operation[]): Step {
  return { call: "together", calls };
}

const SHAPES: readonly (readonly number[])[] = [
  [],
  [0],
  [1],
  [7],
  [2, 0],
  [3, 4],
  [2, 3, 2],
  [2, 1, 2, 2],
  [1, 2, 1, 2, 2],
]; // prettier-ignore

function whereName(shape: readonly number[]): string {
  return shape.length === 0 ? "scalar" : `a${shape.join("x")}`;
}

/** Two along each axis, so that every axis of more has several chunks. */
function chunksOf(shape: readonly number[]): LayoutOptions {
  return { chunks: shape.map((length) => Math.min(2, Math.max(1, length))) };
}

const RANGES = {
  all: { start: null, stop: null, step: 1 },
  every2: { start: null, stop: null, step: 2 },
  from1: { start: 1, stop: null, step: 2 },
  last2: { start: -2, stop: null, step: 1 },
  none: { start: 1, stop: 1, step: 1 },
  clipped: { start: -100, stop: 100, step: 3 },
} as const;

/** For each axis each kind of entry, the other axes whole, and all at once. */
function selectionsOf(shape: readonly number[]): Selection[] {
  const kinds: Selection[number][] = [0, -1, ...Object.values(RANGES)];
  const single = shape.flatMap((_, axis) =>
    kinds.map((kind) => [...shape.slice(0, axis).map(() => null), kind]),
  );
  const refused: Selection[] = shape.flatMap((length, axis) => [
    [...shape.slice(0, axis).map(() => null), length],
    [...shape.slice(0, axis).map(() => null), { start: 0, stop: 1, step: 0 }],
    // Not allowed by the types.
    [...shape.slice(0, axis).map(() => null), undefined as unknown as null],
    [...shape.slice(0, axis).map(() => null), 0.5],
  ]);
  return [
    [],
    ...single,
    shape.map(() => RANGES.every2),
    shape.map((_, axis) => (axis % 2 === 0 ? -1 : RANGES.from1)),
    [...shape.map(() => null), 0],
    ...refused,
  ];
}

function stored(dtype: DataType): Step[] {
  const steps = SHAPES.flatMap((shape, i): Step[] => {
    const name = whereName(shape);
    const options = i % 2 === 0 || shape.length === 0 || countOf(shape) === 0 ? {} : chunksOf(shape);
    return [
      store(name, hardArray(dtype, shape), { options, listener: "listens" }),
      store(name, hardArray(dtype, shape, 1), { by: 1 }),
    ];
  });
  return steps;
}

function appended(dtype: DataType, { growableAxes }: BackendCapabilities): Step[] {
  const shapes = [[3], [2, 3], [2, 1, 2]].map((shape) => ({ shape, rank: shape.length }));
  const steps = shapes.flatMap(({ shape, rank }) =>
    shape.flatMap((_, axis): Step[] => {
      if (growableAxes === "first" && axis > 0) return [];
      const name = `${whereName(shape)}.${axis}`;
      const rows = (count: number, from: number): NDArray =>
        hardArray(
          dtype,
          shape.map((length, i) => (i === axis ? count : length)),
          from,
        );
      return [
        append(name, rows(2, 0), { growDimension: axis, ...chunksOf(shape) }),
        append(name, rows(1, 2), { growDimension: axis - rank, closeFile: false }, 1),
        append(name, rows(0, 0), { growDimension: axis, closeFile: false }),
        append(name, rows(3, 4), { growDimension: axis, closeFile: false }, 2),
        // What does not fit takes nothing along of what waits.
        append(name, rows(2, 1), { growDimension: axis > 0 ? axis - rank - rank : rank }, 1),
        together([get(name, []), get(name, [-1], 1)]),
        { call: "closeFile", by: 1, name: "" },
      ];
    }),
  );
  return steps;
}

function selected(dtype: DataType, shape: readonly number[]): Step[] {
  const name = whereName(shape);
  const calls = selectionsOf(shape).map((selection, i) => get(name, selection, i % 3));
  const streams = [1, 9, 40].map(
    (blockBytes): Step => ({
      call: "streamData",
      ...at(name),
      options: { blockBytes, selection: shape.map((_, axis) => (axis === 0 ? RANGES.from1 : RANGES.every2)) },
    }),
  );
  const whole: Step = { call: "streamData", ...at(name, 1), options: { blockBytes: 17 } };
  return [
    store(name, hardArray(dtype, shape), { options: shape.length > 0 ? chunksOf(shape) : {} }),
    together(calls),
    ...streams,
    whole,
  ];
}

/** What a source converts into, one hard value after the other, into a dataset of each type. */
function conversions(source: DataType, { dtypes }: BackendCapabilities): Step[] {
  const targets = dtypes.filter((target) => target !== source);
  const name = (target: DataType): string => `to ${target}`;
  const isPlain =
    source === "float64" ||
    source === "int64" ||
    source === "uint64" ||
    source === "bool" ||
    source === "string";
  const made = targets.map((target) => store(name(target), arrayOfCodes(target, [3], [0])));
  const codes = Array.from({ length: codesOf(source) }, (_, code) => [0, code, 0]);
  const over = codes.flatMap((code, i): Step[] => {
    const array = arrayOfCodes(source, [3], code);
    const forms: Input["form"][] = ["ndarray", ...(isPlain ? ["nested" as const] : [])];
    return forms.map((form) =>
      together(
        targets.map((target) =>
          store(name(target), array, { form: form === "nested" ? "nested" : "ndarray", by: i % 3 }),
        ),
      ),
    );
  });
  const asked = codes.map((code): Step => {
    const array = arrayOfCodes(source, [3], code);
    // A list of [re, im] pairs is a story of its own.
    const calls = targets.filter((target) => !isPlain || kindOf(target) !== "complex");
    return together(
      calls.map((target) =>
        store(name(target), array, { form: isPlain ? "nested" : "ndarray", options: { dtype: target } }),
      ),
    );
  });
  return [together(made), ...over, ...asked];
}

function blockSources(dtype: DataType): Step[] {
  const shape = [5, 2];
  const ends = ["short", "long", "wide", "throws", "aborts"] as const;
  return [
    ...ends.map((end) => blocks("new", hardArray(dtype, shape), [2, 2, 1], { end })),
    blocks("x", hardArray(dtype, shape), [2, 0, 2, 1], {
      where: "/g/h",
      listener: "listens",
      options: chunksOf(shape),
    }),
    ...ends.map((end) => blocks("g/h/x", hardArray(dtype, shape, 2), [1, 3, 1], { end })),
    blocks("x", hardArray(dtype, shape, 3), [4, 1], { where: "g/h", by: 1 }),
    blocks("g/h/x", hardArray(dtype, [5, 3]), [5]),
    blocks("empty", hardArray(dtype, [0, 2]), []),
  ];
}

/** A stream that begins, and then something happens to its dataset. */
function streams(supports: BackendCapabilities, dtype: DataType, other: DataType): Step[] {
  const shape = [4, 2];
  const array = hardArray(dtype, shape);
  const changes: readonly (readonly Exclude<Operation, { call: "streamData" }>[])[] = [
    [store("x", hardArray(dtype, shape, 1), { by: 1 })],
    [append("x", hardArray(dtype, [1, 2]), { growDimension: 0 }, 2)],
    [append("x", hardArray(dtype, [1, 2]), { growDimension: 0, closeFile: false }, 1)],
    [{ call: "setMetadata", ...at("x", 1), metadata: { k: 1 }, options: {} }],
    [store("y", array, { by: 1 }), { call: "closeFile", by: 1, name: "" }],
    [store("x", hardArray(dtype, [2, 2]), { by: 1 })],
    ...(supports.removal
      ? [
          array,
          hardArray(other, shape),
          hardArray(dtype, [4, 2, 1]),
          hardArray(dtype, [4, 3]),
          hardArray(dtype, [2, 2]),
          hardArray(dtype, [8]),
        ].map((next) => [{ call: "removeData" as const, ...at("x", 1) }, store("x", next, { by: 2 })])
      : []),
    ...(supports.removal ? [[{ call: "removeData" as const, ...at("x", 2) }]] : []),
  ];
  const steps = changes.flatMap((meanwhile): Step[] => [
    ...(supports.removal ? [{ call: "removeData" as const, ...at("x") }] : []),
    supports.growableAxes === "none"
      ? store("x", array)
      : append("x", array, { growDimension: 0, ...chunksOf(shape) }),
    { call: "streamData", ...at("x"), options: { blockBytes: 1 }, meanwhile },
  ]);
  return [store("other", array), ...steps];
}

function metadataSteps(): Step[] {
  const set = (
    metadata: Record<string, (typeof METADATA)[number]>,
    name: string,
    by: number,
    tvbSpecificMetadata?: boolean,
  ): Operation => ({
    call: "setMetadata",
    ...at(name, by),
    metadata,
    options: tvbSpecificMetadata === undefined ? {} : { tvbSpecificMetadata },
  });
  const remove = (
    key: string,
    name: string,
    options: { tvbSpecificMetadata?: boolean; checkExistence?: boolean },
  ): Operation => ({
    call: "removeMetadata",
    ...at(name),
    key,
    options,
  });
  const values = METADATA.map(
    (value, i): Step => set({ [`k${i % 5}`]: value, same: i }, ["", "g", "g/x"][i % 3] ?? "", i % 3),
  );
  return [
    set({ first: 1 }, "", 0),
    set({ placeholder: 2 }, "g/x", 1),
    ...values,
    set({ x: "plain" }, "g", 0, false),
    set({ x: "tvb" }, "g", 1, true),
    remove("x", "g", {}),
    remove("x", "g", {}),
    remove("x", "g", { checkExistence: true }),
    remove("x", "g", { tvbSpecificMetadata: false }),
    remove("x", "none", { checkExistence: true }),
    ...REFUSED_METADATA.map((bad, i): Step => set({ before: 1, bad, after: 2 }, "g", i % 3)),
    { call: "getFileDataVersion", ...at("g", 1), attribute: "same" },
    { call: "getFileDataVersion", ...at("", 2), attribute: "none" },
  ];
}

/** Removal, and another node at the same path. */
function replacements(supports: BackendCapabilities, dtype: DataType, other: DataType): Step[] {
  const remove = (name: string, by: number): Operation => ({ call: "removeData", ...at(name, by) });
  const note = (name: string, by: number): Operation => ({
    call: "setMetadata",
    ...at(name, by),
    metadata: { of: name },
    options: {},
  });
  const small = hardArray(dtype, [2]);
  const grown =
    supports.growableAxes === "none"
      ? store("a", small)
      : append("a", small, { growDimension: 0, closeFile: false }, 1);
  return [
    store("a", small),
    store("ab", small, { by: 1 }),
    store("a b", small),
    note("a", 2),
    note("ab", 1),
    store("a/x", small),
    remove("a", 1),
    store("a", hardArray(other, [2, 2]), { by: 2 }),
    remove("a", 0),
    store("a/x/y", small, { by: 1 }),
    note("a/x", 0),
    store("a", small),
    remove("a", 2),
    store("a/x", small, { by: 1 }),
    remove("a", 0),
    grown,
    remove("a", 2),
    grown,
    { call: "closeFile", by: 0, name: "" },
  ];
}

function cancelled(dtype: DataType): Step[] {
  const [old, next] = [hardArray(dtype, [3, 2]), hardArray(dtype, [3, 2], 2)];
  const signals = ["aborted", "later"] as const;
  return [
    store("new", old, { signal: "aborted" }),
    store("new", old, { listener: "throws" }),
    store("x", old),
    ...signals.flatMap((signal): Step[] => [
      store("x", next, { signal, by: 1 }),
      blocks("x", next, [1, 1, 1], { signal }),
      { call: "getData", ...at("x", 2), options: {}, signal },
      { call: "streamData", ...at("x"), options: { blockBytes: 1 }, signal },
    ]),
    store("x", next, { listener: "throws", by: 1 }),
    blocks("x", next, [2, 1], { listener: "throws" }),
    { call: "getData", ...at("x"), options: {}, listener: "throws" },
    { call: "getData", ...at("x"), options: { selection: [RANGES.every2] }, listener: "listens" },
    { call: "streamData", ...at("x", 1), options: { blockBytes: 1 }, leaveAfter: 2 },
  ];
}

const FIXED = 6;

function texts(supports: BackendCapabilities): Step[] {
  const of = (...data: readonly string[]): NDArray => ({
    dtype: "string",
    shape: [data.length],
    data: [...data],
  });
  const options = { stringLength: FIXED };
  const long = "\u00e9".repeat(4);
  const more: Step[] = [
    append("grown", of("\u2603\u2603", ""), { growDimension: 0, ...options }),
    append("grown", of("ok", "short"), { growDimension: 0, closeFile: false }, 1),
    append("grown", of("ok", long), { growDimension: 0, closeFile: false }, 2),
    append("grown", of("ok", "1234567"), { growDimension: 0, ...options }),
  ];
  const big = "x".repeat(2_000_000);
  return [
    store("fixed", of("\u2603\u2603", "a", ""), { options }),
    store("fixed", of("b", "\u{1f9e0}", "\u00e9\u00e9\u00e9"), { by: 1 }),
    store("fixed", of("b", long, "c")),
    store("fixed", of("1234567", "b", "c"), { options }),
    store("new", of("1234567"), { options }),
    blocks("new", of("a", "1234567"), [1, 1], { options }),
    ...(supports.growableAxes === "none" ? [] : more),
    store("long", of("\ufeff", big, "\u{1f9e0}".repeat(300))),
    get("long", [1]),
  ];
}

/** Two types to store, of which neither is for booleans only; one of them twice where there is no other. */
function twoTypes({ dtypes }: BackendCapabilities): readonly [main: DataType, other: DataType] {
  const [first = "string", second = first] = ["float64" as const, ...dtypes].filter(
    (dtype, i, all) => dtypes.includes(dtype) && dtype !== "bool" && all.indexOf(dtype) === i,
  );
  return [first, second];
}

const SELECTED: readonly (readonly number[])[] = [[], [5], [3, 5], [3, 2, 5]];

/** Every sequence, with what a backend must offer for it. */
export const DIRECTED_SEQUENCES: readonly DirectedSequence[] = [
  ...DATA_TYPES.flatMap((dtype): DirectedSequence[] => {
    const dtypes = [dtype];
    return [
      {
        name: `${dtype}: hard values of 0 to 5 axes, stored and overwritten`,
        dtypes,
        steps: () => stored(dtype),
      },
      {
        name: `${dtype}: hard values, appended along each axis`,
        dtypes,
        appends: true,
        steps: (supports) => appended(dtype, supports),
      },
      {
        name: `${dtype}: selections and streams over several chunks`,
        dtypes,
        steps: () => SELECTED.flatMap((shape) => selected(dtype, shape)),
      },
      {
        name: `${dtype}: what converts into other types, and what is refused`,
        dtypes,
        steps: (supports) => conversions(dtype, supports),
      },
      {
        name: `${dtype}: block by block, also from a source that fails`,
        dtypes,
        steps: () => blockSources(dtype),
      },
    ];
  }),
  { name: "selections of 5 axes", steps: (supports) => selected(twoTypes(supports)[0], [3, 2, 3, 2, 3]) },
  { name: "a stream whose dataset changes", steps: (supports) => streams(supports, ...twoTypes(supports)) },
  {
    name: "a stream of complex numbers whose dataset changes",
    dtypes: ["complex64"],
    steps: (supports) => streams(supports, "complex64", twoTypes(supports)[0]),
  },
  { name: "metadata of every kind, on groups, datasets and the root", steps: () => metadataSteps() },
  {
    name: "what is removed leaves nothing to what comes at its path",
    removes: true,
    steps: (supports) => replacements(supports, ...twoTypes(supports)),
  },
  {
    name: "calls that are cancelled, and listeners that throw",
    steps: (supports) => cancelled(twoTypes(supports)[0]),
  },
  { name: "texts of fixed length, and of two megabytes", dtypes: ["string"], steps: texts },
];
