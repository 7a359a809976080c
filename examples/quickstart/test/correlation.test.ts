import { expect, test } from "vitest";
import { CorrelationAccumulator } from "../src/correlation.js";
import { SeededRandom } from "../src/seeded-random.js";

test("agrees with numpy.corrcoef, however the samples are cut into blocks", () => {
  const samples = [1, 2, 3.5, 2, 1, 0, 4, 3, -1, 8, 5, -1.5]; // shape (4, 3)
  // numpy.corrcoef(x.T)
  const expected = [
    1, 0.9299702793621387, -0.776067540101836, 0.9299702793621387, 1, -0.5410545691872563, -0.776067540101836,
    -0.5410545691872563, 1,
  ];
  for (const cuts of [[12], [3, 12], [3, 6, 9, 12], [6, 12]]) {
    const accumulator = new CorrelationAccumulator(3);
    let start = 0;
    for (const stop of cuts) {
      accumulator.add(samples.slice(start, stop));
      start = stop;
    }
    expect(accumulator.count).toBe(4);
    accumulator.correlations().forEach((value, at) => {
      expect(value).toBeCloseTo(expected[at] ?? Number.NaN, 12);
    });
  }
});

test("keeps its digits where the offset is a million million times the signal", () => {
  const offset = 2 ** 40;
  const random = new SeededRandom(5);
  const plain = new CorrelationAccumulator(2);
  const shifted = new CorrelationAccumulator(2);
  for (let block = 0; block < 10; block++) {
    // Multiples of 1/1024 below 4, so that adding the offset is exact.
    const samples = Array.from({ length: 200 }, () => Math.floor(random.uniform() * 4096) / 1024);
    plain.add(samples);
    shifted.add(samples.map((value) => value + offset));
  }
  // Sums of squares would need 80 bits for the offset alone; the means keep 53 of these 40 + 12.
  expect(shifted.correlations()[1]).toBeCloseTo(plain.correlations()[1] ?? Number.NaN, 4);
});

test("reads integers of every size, 64-bit ones too", () => {
  const accumulator = new CorrelationAccumulator(2);
  accumulator.add(BigInt64Array.of(1n, 3n, 2n, 2n, 3n, 1n));
  const [a, b, c, d] = accumulator.correlations();
  expect([a, d]).toEqual([1, 1]);
  expect(b).toBeCloseTo(-1, 12);
  expect(c).toBe(b);
});

test("gives NaN for a channel that never changes", () => {
  const accumulator = new CorrelationAccumulator(2);
  accumulator.add([0.1, 1, 0.1, 2, 0.1, 4]);
  accumulator.add([0.1, 5, 0.1, 3]);
  expect(Array.from(accumulator.correlations())).toEqual([Number.NaN, Number.NaN, Number.NaN, 1]);
});

test("an empty block changes nothing", () => {
  const accumulator = new CorrelationAccumulator(2);
  accumulator.add([]);
  expect(accumulator.count).toBe(0);
});
