import type { BackendCapabilities, DataType, NDArray, Selection } from "@tvb-storage/core";
import { append, at, blocks, chunksOf, get, RANGES, store, together } from "./build-step.js";
import { countOf, kindOf } from "./element-types.js";
import { arrayOfCodes, codesOf, hardArray } from "./hard-values.js";
import type { Input, Step } from "./operation.js";

// Every type, every shape, every kind of selection and source.

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

export function stored(dtype: DataType): Step[] {
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

export function appended(dtype: DataType, { growableAxes }: BackendCapabilities): Step[] {
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
        // Nothing is looked at between these, so that they wait together.
        together(
          [1, 2, 1].map((count, i) =>
            append(name, rows(count, i), { growDimension: axis, closeFile: false }, i),
          ),
        ),
        // What does not fit takes nothing along of what waits.
        append(name, rows(2, 1), { growDimension: axis > 0 ? axis - rank - rank : rank }, 1),
        together([get(name, []), get(name, [-1], 1)]),
        { call: "closeFile", by: 1, name: "" },
      ];
    }),
  );
  return steps;
}

export function selected(dtype: DataType, shape: readonly number[]): Step[] {
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
export function conversions(source: DataType, { dtypes }: BackendCapabilities): Step[] {
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

export function blockSources(dtype: DataType): Step[] {
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

const FIXED = 6;

export function texts(supports: BackendCapabilities): Step[] {
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
