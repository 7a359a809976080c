// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the edits are texts of sources that have template strings
import type { Variant } from "../variant.js";
import {
  blocks,
  calls,
  dataTypes,
  manager,
  nodes,
  selection,
  shapes,
  transaction,
  window,
} from "./sources.js";

// Selections, streams, and what a stream finds changed.

export const selectingVariants: readonly Variant[] = [
  {
    wrong: "does not clip a start before the beginning",
    file: selection,
    from: 'const start = bound(range.start, 0, "start");',
    to: 'const given = range.start ?? 0;\n  const start = given < -length ? checkIndex(given, axis, "start") + length : bound(range.start, 0, "start");',
    uses: /slice|start|selection/i,
  },
  {
    wrong: "loses the last element of a step that does not divide a range",
    file: selection,
    from: "Math.ceil((stop - start) / step)",
    to: "Math.floor((stop - start) / step)",
    uses: /step/i,
  },
  {
    wrong: "takes undefined in a selection for a whole axis",
    file: selection,
    from: "if (entry === null) {",
    to: "if (entry === null || entry === undefined) {",
    uses: /selection/i,
  },
  {
    wrong: "accepts fractions as indices",
    file: selection,
    from: 'if (typeof value === "number" && Number.isSafeInteger(value)) return value;',
    to: 'if (typeof value === "number" && Number.isFinite(value)) return Math.trunc(value);',
    uses: /selection|index|indices/i,
  },
  {
    wrong: "takes rows as contiguous where a part of each is selected",
    file: selection,
    from: "whole = range.count === shape[outer];",
    to: "whole = range.step === 1;",
    uses: /selection/i,
  },
  {
    wrong: "hands out its memory where rows are selected",
    file: selection,
    from: ": gatherElements(array, ranges, elementCount(ranges.map((range) => range.count)));",
    to: `: !Array.isArray(array.data) && ranges.length > 0 && ranges.every(({ step, count }, axis) => step === 1 && (axis === 0 || count === array.shape[axis]))
      ? array.data.subarray(
          (ranges[0]?.start ?? 0) * elementCount(array.shape.slice(1)) * entriesPerElement(array.dtype),
          ((ranges[0]?.start ?? 0) + (ranges[0]?.count ?? 0)) * elementCount(array.shape.slice(1)) * entriesPerElement(array.dtype),
        )
      : gatherElements(array, ranges, elementCount(ranges.map((range) => range.count)));`,
    uses: /getData|selection|stream|memory|shared/i,
  },
  {
    wrong: "begins the step anew in each chunk",
    file: transaction,
    from: "return selectElements(this.#dataset(path).array, selection);",
    to: `const { array, chunks } = this.#dataset(path);
    const result = selectElements(array, selection);
    const [range, ...others] = selection.ranges;
    const rows = chunks?.[0];
    if (range === undefined || rows === undefined || range.step === 1) return result;
    const indices: number[] = [];
    for (let chunk = 0; chunk < (array.shape[0] ?? 0); chunk += rows)
      for (let i = Math.max(range.start, chunk); i < Math.min(chunk + rows, array.shape[0] ?? 0); i += range.step) indices.push(i);
    indices.slice(0, range.count).forEach((start, n) => {
      const row = selectElements(array, { ranges: [{ start, step: 1, count: 1 }, ...others], shape: selection.shape, whole: false });
      row.data.forEach((value, i) => { result.data[n * row.data.length + i] = value; });
    });
    return result;`,
    uses: /step/i,
  },
  {
    wrong: "takes the columns of the second chunk from the first",
    file: transaction,
    from: "return selectElements(this.#dataset(path).array, selection);",
    to: `const { array, chunks } = this.#dataset(path);
    const width = chunks?.[1];
    if (width === undefined || array.shape.length !== 2) return selectElements(array, selection);
    const [, columns = 0] = array.shape;
    const same = { ...array, data: array.data.slice() };
    const entries = same.data.length / Math.max(1, elementCount(array.shape));
    same.data.forEach((_, i) => {
      const column = Math.floor(i / entries) % columns;
      if (column >= width) same.data[i] = array.data[i - Math.floor(column / width) * width * entries];
    });
    return selectElements(same, selection);`,
    uses: /chunk/i,
  },
  {
    wrong: "counts the offsets of a stream in the dataset, not in what is selected",
    file: calls,
    from: "yield { offset: region.offset, block };",
    to: "yield { offset: region.offset.map((at, axis) => at * (stream.selection.ranges[axis]?.step ?? 1) + (stream.selection.ranges[axis]?.start ?? 0)), block };",
    uses: /stream/i,
  },
  {
    wrong: "gives out all blocks of a stream in the same memory",
    file: calls,
    from: "const block = await stream.read(selectionWindow(selection, stream.selection, region));",
    to: `const read = await stream.read(selectionWindow(selection, stream.selection, region));
        const { data } = read;
        const same = (stream as { data?: typeof data }).data;
        if (same !== undefined && !Array.isArray(data) && same.length === data.length) (same as Float64Array).set(data as Float64Array);
        else (stream as { data?: typeof data }).data = data;
        const block = { ...read, data: (stream as { data?: typeof data }).data } as NDArray;`,
    uses: /stream/i,
  },
  {
    wrong: "streams nothing of a scalar",
    file: blocks,
    from: "if (elementCount(shape) === 0) return;",
    to: "if (elementCount(shape) === 0 || shape.length === 0) return;",
    uses: /stream/i,
  },
  {
    wrong: "loses the last block of a stream, where it is shorter",
    file: blocks,
    from: "const count = Math.min(step, length - start);",
    to: "const count = Math.min(step, length - start);\n      if (count < step) break;",
    uses: /stream/i,
  },
  {
    wrong: "streams the first row only, where a block has less than one",
    file: blocks,
    from: "if (carry < 0) return;",
    to: "if (carry < 0 || axis > 0) return;",
    uses: /stream/i,
  },
  {
    wrong: "streams the first row again and again, where a block has less than one",
    file: blocks,
    from: "offset: [...position, start,",
    to: "offset: [...outer.map(() => 0), start,",
    uses: /stream/i,
  },
  {
    wrong: "streams one part of a complex scalar",
    file: selection,
    from: "let run = width;",
    to: "let run = ranges.length === 0 ? 1 : width;",
    uses: /stream|complex/i,
  },
  {
    wrong: "streams complex numbers in blocks of twice the size",
    file: manager,
    from: "itemBytes: itemSize(before.dtype),",
    to: 'itemBytes: itemSize(before.dtype) / (before.dtype.startsWith("complex") ? 2 : 1),',
    uses: /stream|complex/i,
  },
  {
    wrong: "counts a complex64 as 4 bytes",
    file: dataTypes,
    from: "complex64: 8,",
    to: "complex64: 4,",
    uses: /complex64/i,
  },
  {
    wrong: "loses the phase of a step from the second block of a stream on",
    file: window,
    from: "start: range.start + offset * range.step",
    to: "start: range.start + (range.step === 1 ? offset : offset * range.step - (offset > 0 ? 1 : 0))",
    uses: /stream/i,
  },
  {
    wrong: "goes on streaming a dataset of another type",
    file: nodes,
    from: "if (now.dtype !== before.dtype) return `it holds ${now.dtype}, not ${before.dtype}`;",
    to: "if (now.dtype !== before.dtype) return undefined;",
    uses: /stream/i,
  },
  {
    wrong: "goes on streaming a dataset of another rank",
    file: nodes,
    from: "if (!mayGrowTo(before.shape, now.shape)) return",
    to: "if (before.shape.length !== now.shape.length) return undefined;\n  if (!mayGrowTo(before.shape, now.shape)) return",
    uses: /stream/i,
  },
  {
    wrong: "goes on streaming a dataset that has become longer, though it is another",
    file: nodes,
    from: 'return now.id === before.id ? undefined : "another was stored in its place";',
    to: 'return now.id === before.id || (now.shape[0] ?? 0) > (before.shape[0] ?? 0) ? undefined : "another was stored in its place";',
    uses: /stream/i,
  },
  {
    wrong: "ends a stream without an error when its dataset is removed",
    file: calls,
    from: "const block = await stream.read(selectionWindow(selection, stream.selection, region));",
    to: `let block: NDArray;
        try {
          block = await stream.read(selectionWindow(selection, stream.selection, region));
        } catch (error) {
          if (isTVBException(error)) return;
          throw error;
        }`,
    uses: /stream/i,
  },
  {
    wrong: "refuses to go on streaming when rows are appended",
    file: transaction,
    from: "const dataset = { ...this.#dataset(path), ...contentOf(array) };",
    to: 'const dataset = { ...this.#dataset(path), ...contentOf(array), id: Symbol("dataset") };',
    uses: /stream/i,
  },
  {
    wrong: "counts growDimension -2 as 2",
    file: shapes,
    from: "const resolved = axis < 0 ? axis + rank : axis;",
    to: "const resolved = axis === -1 ? rank - 1 : Math.abs(axis);",
    uses: /growDimension|axis/i,
  },
];
