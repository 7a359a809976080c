import { Moments } from "./moments.js";
import type { StatisticsOf } from "./statistics.js";

const LITTLE_ENDIAN_HERE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
const LOW = LITTLE_ENDIAN_HERE ? 0 : 1;
const HIGH = 1 - LOW;
const WORD = 2 ** 32;
/** So many sums of words are exact. */
const RUN = 2 ** 20;

/** Of 64-bit integers, by their halves: a bigint for each would take ten times as long. Least, greatest and sum are exact. */
export function int64Statistics(signed: boolean): StatisticsOf {
  let count = 0;
  let zeros = 0;
  let sum = 0n;
  let min = { high: Number.POSITIVE_INFINITY, low: 0 };
  let max = { high: Number.NEGATIVE_INFINITY, low: 0 };
  const spread = new Moments();

  const whole = ({ high, low }: typeof min) => BigInt(high) * 2n ** 32n + BigInt(low);

  function addRun(highs: Int32Array | Uint32Array, lows: Uint32Array, start: number, end: number): void {
    let highSum = 0;
    let lowSum = 0;
    let { high: minHigh, low: minLow } = min;
    let { high: maxHigh, low: maxLow } = max;
    for (let at = start; at < end; at += 2) {
      const high = highs[at + HIGH] as number; // within its length, which is even
      const low = lows[at + LOW] as number;
      highSum += high;
      lowSum += low;
      if (high === 0 && low === 0) zeros++;
      if (high < minHigh || (high === minHigh && low < minLow)) {
        minHigh = high;
        minLow = low;
      }
      if (high > maxHigh || (high === maxHigh && low > maxLow)) {
        maxHigh = high;
        maxLow = low;
      }
    }
    min = { high: minHigh, low: minLow };
    max = { high: maxHigh, low: maxLow };
    const runSum = BigInt(highSum) * 2n ** 32n + BigInt(lowSum);
    sum += runSum;
    const elements = (end - start) / 2;
    const mean = (highSum / elements) * WORD + lowSum / elements;
    let squares = 0;
    for (let at = start; at < end; at += 2) {
      const distance = (highs[at + HIGH] as number) * WORD + (lows[at + LOW] as number) - mean; // as above
      squares += distance * distance;
    }
    spread.merge(elements, Number(runSum), mean, squares);
  }

  return {
    add({ data }) {
      const { buffer, byteOffset, length } = data as BigInt64Array; // or the same of unsigned ones
      const lows = new Uint32Array(buffer, byteOffset, length * 2);
      const highs = signed ? new Int32Array(buffer, byteOffset, length * 2) : lows;
      count += length;
      for (let start = 0; start < lows.length; start += 2 * RUN)
        addRun(highs, lows, start, Math.min(lows.length, start + 2 * RUN));
    },
    result: () => ({
      count,
      zeros,
      min: count > 0 ? whole(min) : null,
      max: count > 0 ? whole(max) : null,
      mean: count > 0 ? quotient(sum, count) : null,
      std: count > 0 ? Math.sqrt(spread.variance) : null,
    }),
  };
}

/** `sum / count`, of which the whole part is exact. */
function quotient(sum: bigint, count: number): number {
  const all = BigInt(count);
  return Number(sum / all) + Number(sum % all) / count;
}
