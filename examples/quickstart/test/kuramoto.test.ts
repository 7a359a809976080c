import { describe, expect, test } from "vitest";
import type { Connectome } from "../src/connectome.js";
import { ALPHA_RHYTHM, KuramotoNetwork } from "../src/kuramoto.js";

/** Two regions, `length` mm apart. */
function pair(weight: number, length: number): Connectome {
  return {
    regions: 2,
    weights: Float64Array.of(0, weight, weight, 0),
    tractLengths: Float64Array.of(0, length, length, 0),
    centres: new Float64Array(6),
    regionLabels: ["l", "r"],
    hemispheres: [false, true],
  };
}

const QUIET = { ...ALPHA_RHYTHM, noise: 0, frequencySpread: 0, timeStep: 0.1 };

/** sin θ of one region over the last `steps` steps. */
function lastOf(series: Float64Array, region: number, steps: number): number[] {
  const rows = series.length / 2;
  return Array.from({ length: steps }, (_, row) => series[(rows - steps + row) * 2 + region] ?? Number.NaN);
}

test("an uncoupled oscillator runs at its own frequency", () => {
  const network = new KuramotoNetwork(pair(0, 10), { ...QUIET, frequency: 10 });
  // 10 Hz is a period of 100 ms, which is 1000 steps of 0.1 ms.
  const series = network.run(3000);
  for (let step = 0; step < 2000; step += 100) {
    expect(series[2 * (step + 1000)]).toBeCloseTo(series[2 * step] ?? Number.NaN, 6);
    expect(series[2 * (step + 500)]).toBeCloseTo(-(series[2 * step] ?? Number.NaN), 6);
  }
});

test("strong coupling without delay brings two oscillators into phase", () => {
  const network = new KuramotoNetwork(pair(1, 0), { ...QUIET, couplingStrength: 0.05 });
  const series = network.run(20_000);
  const [a, b] = [lastOf(series, 0, 1000), lastOf(series, 1, 1000)];
  expect(Math.max(...a)).toBeCloseTo(1, 3);
  a.forEach((value, step) => {
    expect(value).toBeCloseTo(b[step] ?? Number.NaN, 3);
  });
});

test("a delay of half a period brings them into antiphase", () => {
  // With delay τ the locked states obey Ω = ω − K sin(Ωτ ± ...): at Ωτ = π, in-phase
  // loses its stability (cos Ωτ < 0) and antiphase gains it.
  const network = new KuramotoNetwork(pair(1, 300), { ...QUIET, speed: 6, couplingStrength: 0.02 });
  const series = network.run(60_000);
  const [a, b] = [lastOf(series, 0, 1000), lastOf(series, 1, 1000)];
  a.forEach((value, step) => {
    expect(value).toBeCloseTo(-(b[step] ?? Number.NaN), 2);
  });
});

describe("a run", () => {
  test("gives the same series in one piece and in several", () => {
    const whole = new KuramotoNetwork(pair(1, 60), ALPHA_RHYTHM).run(300);
    const network = new KuramotoNetwork(pair(1, 60), ALPHA_RHYTHM);
    const pieces = [network.run(1), network.run(120), network.run(179)];
    expect(pieces.flatMap((piece) => Array.from(piece))).toEqual(Array.from(whole));
  });

  test("depends on the seed", () => {
    const run = (seed: number) => new KuramotoNetwork(pair(1, 60), { ...ALPHA_RHYTHM, seed }).run(50);
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });
});
