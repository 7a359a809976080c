import type { Connectome } from "./connectome.js";
import { SeededRandom } from "./seeded-random.js";

export interface KuramotoOptions {
  /** Milliseconds. */
  readonly timeStep: number;
  /** Of the coupling term, rad/ms, for a region of average input. */
  readonly couplingStrength: number;
  /** Conduction, mm/ms (which is m/s). */
  readonly speed: number;
  /** Mean natural frequency, Hz. */
  readonly frequency: number;
  /** Standard deviation of the natural frequencies, Hz. */
  readonly frequencySpread: number;
  /** Standard deviation of the phase noise, rad per square root of a millisecond. */
  readonly noise: number;
  readonly seed: number;
}

/** Alpha rhythm near the onset of synchrony, where structure shows in the functional connectivity. */
export const ALPHA_RHYTHM: KuramotoOptions = {
  timeStep: 0.5,
  couplingStrength: 0.012,
  speed: 6,
  frequency: 10,
  frequencySpread: 0.8,
  noise: 0.04,
  seed: 76,
};

/**
 * Kuramoto oscillators coupled with delays (Breakspear et al. 2010, Cabral et
 * al. 2011), integrated by Euler and Maruyama:
 *
 *     dθᵢ = (ωᵢ + K Σⱼ Cᵢⱼ sin(θⱼ(t − τᵢⱼ) − θᵢ(t))) dt + σ dW,   τᵢⱼ = Lᵢⱼ / v
 *
 * The past is kept as sine and cosine in a ring buffer, one row a step: by
 * sin(a − b) = sin a cos b − cos a sin b the inner loop then only multiplies.
 */
export class KuramotoNetwork {
  readonly #regions: number;
  readonly #timeStep: number;
  readonly #noise: number; // of one step
  readonly #drift: Float64Array; // ωᵢ dt
  readonly #phases: Float64Array;
  readonly #edges: Edges;
  readonly #pastLength: number; // rows of the ring buffer
  readonly #pastSine: Float64Array;
  readonly #pastCosine: Float64Array;
  readonly #random: SeededRandom;
  #now = 0;

  constructor(connectome: Connectome, options: KuramotoOptions) {
    const { regions } = connectome;
    const { timeStep, frequency, frequencySpread } = options;
    this.#regions = regions;
    this.#timeStep = timeStep;
    this.#noise = options.noise * Math.sqrt(timeStep);
    this.#random = new SeededRandom(options.seed);
    this.#drift = new Float64Array(regions).map(
      () => 2 * Math.PI * ((frequency + frequencySpread * this.#random.normal()) / 1000) * timeStep,
    );
    this.#phases = new Float64Array(regions).map(() => 2 * Math.PI * this.#random.uniform());
    this.#edges = listEdges(connectome, options);
    this.#pastLength = 1 + this.#edges.delays.reduce((a, b) => Math.max(a, b), 0);
    this.#pastSine = new Float64Array(this.#pastLength * regions);
    this.#pastCosine = new Float64Array(this.#pastLength * regions);
    // Before the start every region ran alone at its own frequency.
    for (let back = 0; back < this.#pastLength; back++) {
      this.#remember((this.#pastLength - back) % this.#pastLength, -back);
    }
  }

  /** Integrates `steps` steps; returns sin θ after each of them, shape (steps, regions). */
  run(steps: number): Float64Array {
    const result = new Float64Array(steps * this.#regions);
    for (let step = 0; step < steps; step++) {
      this.#advance();
      const row = this.#now * this.#regions;
      result.set(this.#pastSine.subarray(row, row + this.#regions), step * this.#regions);
    }
    return result;
  }

  /** Milliseconds between two rows of `run`. */
  get samplePeriod(): number {
    return this.#timeStep;
  }

  #advance(): void {
    const { starts, sources, delays, gains } = this.#edges;
    const regions = this.#regions;
    const pastLength = this.#pastLength;
    const pastSine = this.#pastSine;
    const pastCosine = this.#pastCosine;
    const now = this.#now;
    const row = now * regions;
    for (let i = 0; i < regions; i++) {
      let sine = 0;
      let cosine = 0;
      // `?? 0` is never used: it only satisfies the compiler, every index is in range.
      const end = starts[i + 1] ?? 0;
      for (let edge = starts[i] ?? 0; edge < end; edge++) {
        let slot = now - (delays[edge] ?? 0);
        if (slot < 0) slot += pastLength;
        const at = slot * regions + (sources[edge] ?? 0);
        const gain = gains[edge] ?? 0;
        sine += gain * (pastSine[at] ?? 0);
        cosine += gain * (pastCosine[at] ?? 0);
      }
      const coupling = sine * (pastCosine[row + i] ?? 0) - cosine * (pastSine[row + i] ?? 0);
      this.#phases[i] =
        ((this.#phases[i] ?? 0) + (this.#drift[i] ?? 0) + coupling + this.#noise * this.#random.normal()) %
        (2 * Math.PI);
    }
    this.#now = (now + 1) % pastLength;
    this.#remember(this.#now, 0);
  }

  /** Writes the phases into a row of the ring buffer, shifted by `steps` of free running. */
  #remember(slot: number, steps: number): void {
    this.#phases.forEach((phase, i) => {
      const shifted = phase + steps * (this.#drift[i] ?? 0);
      this.#pastSine[slot * this.#regions + i] = Math.sin(shifted);
      this.#pastCosine[slot * this.#regions + i] = Math.cos(shifted);
    });
  }
}

/** The non-zero weights by target region: edges `starts[i]` to `starts[i + 1]` end in region i. */
interface Edges {
  readonly starts: Int32Array;
  readonly sources: Int32Array;
  /** Whole steps. */
  readonly delays: Int32Array;
  /** K Cᵢⱼ dt. */
  readonly gains: Float64Array;
}

function listEdges(connectome: Connectome, options: KuramotoOptions): Edges {
  const { regions, weights, tractLengths } = connectome;
  const meanInput = weights.reduce((a, b) => a + b, 0) / regions;
  const starts = [0];
  const sources: number[] = [];
  const delays: number[] = [];
  const gains: number[] = [];
  for (let i = 0; i < regions; i++) {
    weights.subarray(i * regions, (i + 1) * regions).forEach((weight, j) => {
      if (weight === 0) return;
      const length = tractLengths[i * regions + j] ?? 0;
      sources.push(j);
      delays.push(Math.round(length / options.speed / options.timeStep));
      gains.push((options.couplingStrength * weight * options.timeStep) / meanInput);
    });
    starts.push(sources.length);
  }
  return {
    starts: Int32Array.from(starts),
    sources: Int32Array.from(sources),
    delays: Int32Array.from(delays),
    gains: Float64Array.from(gains),
  };
}
