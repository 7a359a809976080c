import { type DataType, elementCount } from "@tvb-storage/core";
import {
  type Cell,
  cellsOf,
  type ElementStream,
  entriesPerElement,
  numberText,
  TextOutput,
} from "@tvb-storage/core/internal";
import { jsonText } from "../../terminal/json-text.js";

/**
 * Writes an array as nested JSON lists on one line, a scalar as its value. NaN, infinities and whole numbers beyond 2^53
 * are texts; a complex number is the list of its parts.
 */
export async function writeJson(
  stream: ElementStream,
  write: (text: string) => Promise<void>,
): Promise<void> {
  const { dtype, shape } = stream;
  const output = new TextOutput(write);
  const parts = entriesPerElement(dtype);
  const empty = shape.indexOf(0);
  if (empty >= 0) await nested(shape.slice(0, empty), output, repeated("[]", shape.slice(0, empty)));
  else await nested(parts === 1 ? shape : [...shape, parts], output, cells(stream, dtype));
  await output.add("\n");
  await output.flush();
}

async function* cells(stream: ElementStream, dtype: DataType): AsyncGenerator<string[]> {
  for await (const block of stream.blocks()) {
    let texts: string[] = [];
    for (const cell of cellsOf(block)) {
      texts.push(cellText(cell, dtype));
      if (texts.length === 4096) {
        yield texts;
        texts = [];
      }
    }
    yield texts;
  }
}

function* repeated(text: string, shape: readonly number[]): Generator<string[]> {
  for (let left = elementCount(shape); left > 0; left--) yield [text];
}

/** Puts the brackets of a shape around texts that come in C order. */
async function nested(
  shape: readonly number[],
  output: TextOutput,
  texts: AsyncIterable<string[]> | Iterable<string[]>,
): Promise<void> {
  const sizes = shape.map((_, axis) => elementCount(shape.slice(axis))).reverse();
  let at = 0;
  for await (const part of texts)
    for (const text of part) {
      let opened = 0;
      for (const size of sizes) {
        if (at % size !== 0) break;
        opened++;
      }
      at++;
      let closed = 0;
      for (const size of sizes) {
        if (at % size !== 0) break;
        closed++;
      }
      const comma = at === 1 ? "" : ",";
      const waiting = output.add(comma + "[".repeat(opened) + text + "]".repeat(closed));
      if (waiting !== undefined) await waiting;
    }
}

function cellText(cell: Cell, dtype: DataType): string {
  return typeof cell === "number" && Number.isFinite(cell) ? numberText(cell, dtype) : jsonText(cell);
}
