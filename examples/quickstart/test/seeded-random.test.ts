import { expect, test } from "vitest";
import { SeededRandom } from "../src/seeded-random.js";

test("gives the words of xoshiro128**, as a second implementation in Python computed them", () => {
  const random = new SeededRandom(1);
  expect(Array.from({ length: 5 }, () => random.bits())).toEqual([
    2442144158, 3238099751, 3819917871, 2104621829, 2021136066,
  ]);
});

test("gives the same sequence for the same seed and another for another", () => {
  const draw = (seed: number) => {
    const random = new SeededRandom(seed);
    return Array.from({ length: 20 }, () => random.uniform());
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test("is uniform in [0, 1) and normal with mean 0 and deviation 1", () => {
  const random = new SeededRandom(3);
  const uniform = Array.from({ length: 20_000 }, () => random.uniform());
  expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...uniform)).toBeLessThan(1);
  expect(mean(uniform)).toBeCloseTo(0.5, 1);

  const normal = Array.from({ length: 20_000 }, () => random.normal());
  expect(Math.abs(mean(normal))).toBeLessThan(0.03);
  expect(Math.abs(mean(normal.map((value) => value ** 2)) - 1)).toBeLessThan(0.05);
});

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
