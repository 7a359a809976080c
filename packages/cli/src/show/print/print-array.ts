import { elementCount, type NDArray } from "@tvb-storage/core";
import { concatenate } from "@tvb-storage/core/internal";
import type { DatasetView } from "../../elements/dataset-view.js";
import { printable } from "../../terminal/printable.js";
import { ArrayText, EDGE_ITEMS, isCut } from "./array-text.js";
import { elementFormat, scalarText } from "./element-format.js";

/** Arrays of more elements are printed with `...`. */
const THRESHOLD = 1000;

export interface PrintOptions {
  /** Characters of a line. */
  readonly width: number;
  /** All elements, however many there are. */
  readonly all: boolean;
}

/**
 * Prints an array as numpy's `print` does. Of one that is cut short, only the ends of its axes are read.
 *
 * @param write Takes the text in pieces.
 */
export async function printArray(
  view: DatasetView,
  { width, all }: PrintOptions,
  write: (text: string) => Promise<void>,
): Promise<void> {
  const { shape, dtype } = view;
  const size = elementCount(shape);
  if (shape.length === 0) return write(`${printable(scalarText(await view.read([], [])))}\n`);
  if (size === 0) return write("[]\n");
  const cut = !all && size > THRESHOLD;
  const blocks = cut || size <= THRESHOLD ? inMemory(await edges(view, cut)) : () => view.blocks();

  const format = elementFormat(dtype);
  for await (const block of blocks()) format.observe(block);
  let pending = "";
  const text = new ArrayText(shape, { width, cut }, (part) => {
    pending += part;
  });
  for await (const block of blocks())
    for (const word of format.words(block)) {
      text.add(word);
      if (pending.length > 65536) {
        await write(pending);
        pending = "";
      }
    }
  await write(pending);
}

function inMemory(array: NDArray): () => Iterable<NDArray> {
  return () => [array];
}

/** What is printed of an array: with `cut`, the ends of its long axes beside each other. */
async function edges(view: DatasetView, cut: boolean): Promise<NDArray> {
  const { shape } = view;
  if (!cut || !shape.some(isCut))
    return view.read(
      shape.map(() => 0),
      shape,
    );
  // Each long axis has two ends; so there are two parts for each, or four, or eight ...
  const ends = shape.map((length) =>
    isCut(length)
      ? [
          { from: 0, count: EDGE_ITEMS },
          { from: length - EDGE_ITEMS, count: EDGE_ITEMS },
        ]
      : [{ from: 0, count: length }],
  );
  return joined(view, ends, 0, [], []);
}

type Ends = readonly (readonly { readonly from: number; readonly count: number }[])[];

async function joined(
  view: DatasetView,
  ends: Ends,
  axis: number,
  offset: readonly number[],
  counts: readonly number[],
): Promise<NDArray> {
  if (axis === ends.length) return view.read(offset, counts);
  const parts: NDArray[] = [];
  for (const { from, count } of ends[axis] ?? [])
    parts.push(await joined(view, ends, axis + 1, [...offset, from], [...counts, count]));
  return concatenate(parts, axis);
}
