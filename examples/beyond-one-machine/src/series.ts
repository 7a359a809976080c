import type { NDArray } from "@tvb-storage/core";

// A series that many processes can make parts of: each value depends on its time and region alone.

export const REGIONS = 76;
const ITEM_BYTES = 8;
const ROW_BYTES = REGIONS * ITEM_BYTES;
/** Of a chunk; less where the series is small, so that both writers have some. */
const MAX_CHUNK_BYTES = 8 * 2 ** 20;
const MIN_CHUNKS = 16;

/** Common rhythms: periods in samples. */
const PERIODS = [97, 331, 1009];
const NOISE = 1.5;

export interface SeriesShape {
  /** (time, state variable, region, mode) */
  readonly shape: readonly [number, 1, number, 1];
  readonly chunks: readonly [number, 1, number, 1];
  readonly bytes: number;
}

export function seriesShape(bytes: number): SeriesShape {
  const times = Math.floor(bytes / ROW_BYTES);
  const rows = Math.ceil(Math.min(MAX_CHUNK_BYTES / ROW_BYTES, times / MIN_CHUNKS));
  return { shape: [times, 1, REGIONS, 1], chunks: [rows, 1, REGIONS, 1], bytes: times * ROW_BYTES };
}

/** Rows of the series from `start` on, as (rows, 1, 76, 1). */
export function seriesRows(start: number, rows: number): NDArray & { readonly dtype: "float64" } {
  const data = new Float64Array(rows * REGIONS);
  const weights = PERIODS.map((_, k) =>
    Float64Array.from({ length: REGIONS }, (__, r) => Math.cos((k + 1) * r)),
  );
  for (let row = 0; row < rows; row++) {
    const time = start + row;
    for (let region = 0; region < REGIONS; region++)
      data[row * REGIONS + region] = NOISE * uniform(time, region);
    for (const [k, period] of PERIODS.entries()) {
      const rhythm = Math.sin((2 * Math.PI * time) / period);
      const weight = weights[k];
      for (let region = 0; region < REGIONS; region++) {
        const at = row * REGIONS + region;
        data[at] = (data[at] ?? 0) + rhythm * (weight?.[region] ?? 0);
      }
    }
  }
  return { dtype: "float64", shape: [rows, 1, REGIONS, 1], data };
}

/** Between -0.5 and 0.5, by two rounds of the finalizer of MurmurHash3. */
function uniform(time: number, region: number): number {
  return mix(mix(time) ^ Math.imul(region + 1, 0x9e3779b1)) / 2 ** 32 - 0.5;
}

function mix(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
