import type { ByteRange } from "@tvb-storage/files/internal";
import { boxCount, boxSpan, boxStart, halves, innerBoxes, runsOf } from "./box.js";
import type { Piece } from "./piece.js";

/** A gap between two parts up to which one read of both is made, and not two. */
export const MAX_GAP_BYTES = 16 * 1024;
/** Bytes and ranges that are fetched at a time. */
const BATCH_BYTES = 4 * 1024 * 1024;
const BATCH_RANGES = 1024;
/** A range costs about a block, however short it is. */
const RANGE_BYTES = 4096;

/** Pieces in their order, with where their bytes are in the file; long ones in parts. */
export function* fetchBatches(
  pieces: Iterable<Piece>,
  elementSize: number,
): Generator<{ readonly pieces: readonly Piece[]; readonly ranges: readonly ByteRange[] }, undefined> {
  let batch: Piece[] = [];
  let ranges: ByteRange[] = [];
  let bytes = 0;
  for (const piece of pieces) {
    for (const part of shortPieces(piece, elementSize)) {
      const own = [...rangesOf(part, elementSize)];
      const cost = costOf(own);
      if (batch.length > 0 && (bytes + cost > BATCH_BYTES || ranges.length + own.length > BATCH_RANGES)) {
        yield { pieces: batch, ranges };
        batch = [];
        ranges = [];
        bytes = 0;
      }
      batch.push(part);
      ranges.push(...own);
      bytes += cost;
    }
  }
  if (batch.length > 0) yield { pieces: batch, ranges };
  return undefined;
}

function costOf(ranges: readonly ByteRange[]): number {
  return ranges.reduce((cost, { length }) => cost + Math.max(length, RANGE_BYTES), 0);
}

/** A piece in parts that are fetched at once. */
function* shortPieces(piece: Piece, elementSize: number): Generator<Piece> {
  const isLong = (part: Piece): boolean => {
    let cost = 0;
    let count = 0;
    for (const range of rangesOf(part, elementSize)) {
      cost += Math.max(range.length, RANGE_BYTES);
      count += 1;
      if (cost > BATCH_BYTES || count > BATCH_RANGES) return true;
    }
    return false;
  };
  if (piece.kind !== "file" || boxCount(piece.box) === 1 || !isLong(piece)) yield piece;
  else for (const box of halves(piece.box)) yield* shortPieces({ ...piece, box }, elementSize);
}

/** Where the bytes of a piece are in the file. */
function* rangesOf(piece: Piece, elementSize: number): Generator<ByteRange> {
  if (piece.kind === "memory") return;
  if (piece.kind === "filtered") {
    yield { position: piece.position, length: piece.chunk.size };
    return;
  }
  const { inner, outer } = innerBoxes(piece.box, MAX_GAP_BYTES / elementSize);
  const length = boxSpan(inner) * elementSize;
  const start = boxStart(inner);
  for (const origin of runsOf(outer)) {
    for (let at = 0; at < origin.count; at += 1) {
      const first = origin.source + at * origin.step + start;
      yield { position: piece.position + first * elementSize, length };
    }
  }
}
