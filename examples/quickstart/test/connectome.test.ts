import { expect, test } from "vitest";
import { generateConnectome } from "../src/connectome.js";

const connectome = generateConnectome(76, 1);
const { regions, weights, tractLengths, centres, regionLabels, hemispheres } = connectome;
const at = (matrix: Float64Array, i: number, j: number): number => matrix[i * regions + j] ?? Number.NaN;
const pairs = Array.from({ length: regions }, (_, i) =>
  Array.from({ length: i }, (__, j) => [i, j] as const),
).flat();

test("is the same for the same seed and another for another", () => {
  expect(generateConnectome(76, 1)).toEqual(connectome);
  expect(generateConnectome(76, 2)).not.toEqual(connectome);
});

test("has a value for every region and every pair", () => {
  expect([weights.length, tractLengths.length, centres.length]).toEqual([76 * 76, 76 * 76, 76 * 3]);
  expect(new Set(regionLabels).size).toBe(76);
  expect(hemispheres.filter((isRight) => isRight)).toHaveLength(38);
});

test("is undirected, without self-connections, with weights from 0 to 3", () => {
  for (const [i, j] of pairs) {
    expect(at(weights, i, j)).toBe(at(weights, j, i));
    expect(at(tractLengths, i, j)).toBe(at(tractLengths, j, i));
  }
  expect(Array.from({ length: regions }, (_, i) => at(weights, i, i)).every((weight) => weight === 0)).toBe(
    true,
  );
  expect(Math.max(...weights)).toBe(3);
  expect(Math.min(...weights)).toBe(0);
});

test("has fibres at least as long as the straight line between the centres", () => {
  const centre = (i: number) => Array.from(centres.subarray(3 * i, 3 * i + 3));
  for (const [i, j] of pairs) {
    const [a, b] = [centre(i), centre(j)];
    const straight = Math.sqrt(a.reduce((sum, value, axis) => sum + (value - (b[axis] ?? 0)) ** 2, 0));
    expect(at(tractLengths, i, j)).toBeGreaterThan(straight);
  }
});

test("connects near regions more often and more strongly than far ones", () => {
  const mean = (those: typeof pairs) =>
    those.reduce((sum, [i, j]) => sum + at(weights, i, j), 0) / those.length;
  const near = pairs.filter(([i, j]) => at(tractLengths, i, j) < 50);
  const far = pairs.filter(([i, j]) => at(tractLengths, i, j) > 120 && i - j !== 38);
  expect(near.length).toBeGreaterThan(50);
  expect(far.length).toBeGreaterThan(50);
  expect(mean(near)).toBeGreaterThan(5 * mean(far));
});

test("puts the left hemisphere first, at negative x, and joins homologous regions", () => {
  for (let i = 0; i < 38; i++) {
    expect(hemispheres[i]).toBe(false);
    expect(hemispheres[i + 38]).toBe(true);
    expect(centres[3 * i]).toBeLessThan(0);
    expect(centres[3 * (i + 38)]).toBeGreaterThan(0);
    expect(`r${regionLabels[i]?.slice(1)}`).toBe(regionLabels[i + 38]);
    expect(at(weights, i, i + 38)).toBeGreaterThan(0);
  }
});
