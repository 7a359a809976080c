import { numbersOf, type Plane } from "./plane.js";

/** A point of a line: index along the axis, and value; NaN where the line has a gap. */
export type LinePoint = readonly [index: number, value: number];

/**
 * The lines of a plane: one for each element of the other axis. Where more than two points fall into a column, the least
 * and the greatest of them are there, at their places, which draws the same picture.
 *
 * @param along The axis of the plane that lies horizontally.
 */
export async function envelopes(plane: Plane, along: 0 | 1, columns: number): Promise<LinePoint[][]> {
  const [first = 1, second = 1] = plane.lengths;
  const length = along === 0 ? first : second;
  const lines = along === 0 ? second : first;
  const buckets = Math.min(length, columns);
  const min = new Float64Array(buckets * lines).fill(Number.NaN);
  const max = new Float64Array(buckets * lines).fill(Number.NaN);
  const minAt = new Float64Array(buckets * lines);
  const maxAt = new Float64Array(buckets * lines);
  let row = 0;
  let column = 0;
  for await (const numbers of numbersOf(plane.view))
    for (let at = 0; at < numbers.length; at++) {
      const value = numbers[at] as number; // within its length
      const index = along === 0 ? row : column;
      const line = along === 0 ? column : row;
      const bucket = line * buckets + Math.floor((index * buckets) / length);
      // Also true for the first one, beside NaN.
      if (!(value >= (min[bucket] as number)) && value - value === 0) {
        min[bucket] = value;
        minAt[bucket] = index;
      }
      if (!(value <= (max[bucket] as number)) && value - value === 0) {
        max[bucket] = value;
        maxAt[bucket] = index;
      }
      if (++column === second) {
        column = 0;
        row++;
      }
    }
  return Array.from({ length: lines }, (_, line) => {
    const points: LinePoint[] = [];
    for (let bucket = line * buckets; bucket < (line + 1) * buckets; bucket++) {
      const low: LinePoint = [minAt[bucket] ?? 0, min[bucket] ?? Number.NaN];
      const high: LinePoint = [maxAt[bucket] ?? 0, max[bucket] ?? Number.NaN];
      if (Number.isNaN(low[1]))
        points.push([Math.floor(((bucket % buckets) * length) / buckets), Number.NaN]);
      else if (low[0] === high[0]) points.push(low);
      else points.push(...(low[0] < high[0] ? [low, high] : [high, low]));
    }
    return points;
  });
}
