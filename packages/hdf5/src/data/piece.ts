import type { StoredChunk } from "../chunks/chunk-index.js";
import type { Filter } from "../chunks/filter-pipeline-message.js";
import { type Box, boxCount, boxSpan, halves, singleRun } from "./box.js";
import type { Sink } from "./element-sink.js";
import { BLOCK_BYTES } from "./turns.js";

/** Elements of a block of storage: at a position in the file, in memory, or in a chunk that has to be decoded. */
export type Piece = { readonly box: Box } & (
  | { readonly kind: "file"; readonly position: number }
  | { readonly kind: "memory"; readonly bytes: Uint8Array }
  | FilteredPiece
);

export interface FilteredPiece {
  readonly kind: "filtered";
  readonly box: Box;
  /** Of the chunk in the file. */
  readonly position: number;
  readonly chunk: StoredChunk;
  readonly filters: readonly Filter[];
}

/** Bytes that are in the result as they are in the file: where, and from which position. */
export interface Place {
  readonly memory: Uint8Array;
  readonly position: number;
}

/** Where the elements of a piece go as they are in the file, one behind the other. */
export function placeOf(piece: Piece, sink: Sink): Place | undefined {
  if (piece.kind !== "file") return undefined;
  const { box } = piece;
  const count = boxCount(box);
  const run = boxSpan(box) === count ? singleRun(box) : undefined;
  const memory = run === undefined ? undefined : sink.memory(run.target, count);
  return run && memory && { memory, position: piece.position + run.source * sink.elementSize };
}

/** Each piece, with whether it is the only one. */
export function* withOnly(
  pieces: Iterable<Piece>,
): Generator<{ readonly piece: Piece; readonly isOnly: boolean }> {
  let before: Piece | undefined;
  let isFirst = true;
  for (const piece of pieces) {
    if (before !== undefined) {
      yield { piece: before, isOnly: false };
      isFirst = false;
    }
    before = piece;
  }
  if (before !== undefined) yield { piece: before, isOnly: isFirst };
}

/** Whether others are to run before all of a box is put into the result. */
export function isLongWork(box: Box, { elementCost }: Sink): boolean {
  const count = boxCount(box);
  return count > 1 && count * elementCost > BLOCK_BYTES;
}

/** A piece in parts that are not long work. */
export function* quickPieces(piece: Piece, sink: Sink): Generator<Piece> {
  if (!isLongWork(piece.box, sink)) yield piece;
  else for (const box of halves(piece.box)) yield* quickPieces({ ...piece, box }, sink);
}
