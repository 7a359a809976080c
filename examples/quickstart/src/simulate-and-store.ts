import { ndarray } from "@tvb-storage/core";
import type { Connectome } from "./connectome.js";
import { ALPHA_RHYTHM, KuramotoNetwork } from "./kuramoto.js";
import { type Datatype, openDatatype } from "./storage.js";

const BLOCK_STEPS = 500;

/**
 * Integrates the network and appends the series to the file step by step, in
 * blocks of shape (steps, 1, regions, 1): time, state variable, region, mode.
 *
 * @param onProgress called with the number of steps stored so far.
 */
export async function simulateAndStore(
  connectome: Connectome,
  connectivity: Datatype,
  { path, gid }: Datatype,
  steps: number,
  onProgress: (stepsDone: number) => void,
): Promise<void> {
  const { regions } = connectome;
  const network = new KuramotoNetwork(connectome, ALPHA_RHYTHM);
  const { samplePeriod } = network;
  const whileRunning = { growDimension: 0, closeFile: false };

  await using file = openDatatype(path);
  for (let done = 0; done < steps; ) {
    const rows = Math.min(BLOCK_STEPS, steps - done);
    const times = Float64Array.from({ length: rows }, (_, row) => (done + row + 1) * samplePeriod);
    await file.appendData(ndarray(network.run(rows), { shape: [rows, 1, regions, 1] }), "data", whileRunning);
    await file.appendData(times, "time", whileRunning);
    done += rows;
    onProgress(done);
  }
  await file.setMetadata({
    gid,
    title: "Kuramoto network, alpha rhythm",
    connectivity: connectivity.gid,
    start_time: samplePeriod,
    sample_period: samplePeriod,
    sample_period_unit: "ms",
    sample_rate: 1000 / samplePeriod,
    nr_dimensions: 4,
    // The Virtual Brain stores these two as JSON in text attributes.
    labels_ordering: JSON.stringify(["Time", "State Variable", "Region", "Mode"]),
    labels_dimensions: JSON.stringify({
      "State Variable": ["sin(theta)"],
      Region: connectome.regionLabels,
    }),
  });
}
