import { mkdir, statfs } from "node:fs/promises";
import { join } from "node:path";
import { ndarray } from "@tvb-storage/core";
import { withProgressBar } from "@tvb-storage/example-quickstart/progress-bar";
import { UserMistake } from "@tvb-storage/example-quickstart/user-mistake";
import { type S3Server, startS3Server } from "@tvb-storage/example-s3-server";
import { zarrBackend } from "@tvb-storage/zarr-backend";
import type { Children } from "./children.js";
import type { CorrelateTask } from "./correlate-part.js";
import { bytesText } from "./cost-model/units.js";
import { daskPython, missingDask, runDask } from "./dask.js";
import { type PartResult, runPart } from "./part.js";
import { BUCKET, DATASET, HIERARCHY, openHierarchy } from "./place.js";
import { bytesOf } from "./requests.js";
import { REGIONS, type SeriesShape, seriesShape } from "./series.js";
import { Steps } from "./steps.js";
import type { WriteTask } from "./write-part.js";

const WRITERS = 2;
const RESULT = "functional_connectivity";
/** Both compute with float64, and add up in different orders; correlations are at most 1. */
const TOLERANCE = 1e-12;
const POLL_MS = 500;

type Say = (line: string) => void;
type Environment = Readonly<Record<string, string>>;

/**
 * The whole program: two processes write a series into object storage, Dask computes on it, and so do we.
 *
 * @param folder An empty folder for all that is made.
 * @returns Whether both have computed the same; also true where there is no Dask.
 */
export async function beyondOneMachine(
  { bytes, withDask }: { readonly bytes: number; readonly withDask: boolean },
  folder: string,
  children: Children,
  say: Say,
): Promise<boolean> {
  await checkSpace(folder, bytes);
  const server = await startS3Server({ folder: join(folder, "objects"), publicRead: true });
  try {
    const steps = new Steps(server);
    const series = seriesShape(bytes);
    const environment = environmentOf(server);
    say(`1. an S3-compatible server at ${server.url}, which keeps its objects in ${folder}`);
    await write(series, environment, children, steps, say);
    const ours = await correlate(series, environment, children, steps, say);
    const python = withDask ? daskPython() : undefined;
    const isSame =
      python === undefined ||
      (await compareWithDask(python, ours, { folder, series, server, children, steps, say }));
    if (python === undefined)
      say(`4. Dask is left out: ${withDask ? missingDask() : "--without-dask was given"}`);
    say(`\n${steps.summary(process.stdout.isTTY === true)}`);
    say(`memory of this process with the server: ${bytesText(process.resourceUsage().maxRSS * 1024)}`);
    return isSame;
  } finally {
    await server.close();
  }
}

/** @throws UserMistake there is no room for the series. */
async function checkSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const needed = bytes * 1.1;
  if (bavail * bsize < needed)
    throw new UserMistake(
      `${folder} has ${bytesText(bavail * bsize)} left, and ${bytesText(needed)} are needed; give a smaller --size, or set TMPDIR`,
    );
}

/** What the backend finds the server by. */
function environmentOf({ url, credentials }: S3Server): Environment {
  return {
    AWS_ENDPOINT_URL_S3: url,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: "",
    AWS_REGION: "us-east-1",
  };
}

async function write(
  { shape, chunks, bytes }: SeriesShape,
  environment: Environment,
  children: Children,
  steps: Steps,
  say: Say,
): Promise<void> {
  const manager = openHierarchy(environment);
  const dimensionNames = ["time", "variable", "region", "mode"];
  await manager.createArray(DATASET, { dtype: "float64", shape, chunks, dimensionNames, growDimension: 0 });
  const done = new Map<WriteTask, number>();
  const work = () =>
    withProgressBar("writing from two processes", bytes, "bytes", (onProgress) =>
      Promise.all(
        tasksOf(shape[0], chunks[0]).map((task) =>
          runPart(children, "write-part.js", task, environment, (each) => {
            done.set(task, each);
            onProgress([...done.values()].reduce((a, b) => a + b, 0));
          }),
        ),
      ),
    );
  await steps.measure("written by two processes", work, peaksOf);
  await manager.completeArray(DATASET);
  await manager.setMetadata({ title: "Noise with three rhythms", sample_period: 1 }, DATASET);
  say(
    `2. ${bytesText(bytes)} written as s3://${BUCKET}/${HIERARCHY}: ${DATASET}, shape (${shape.join(", ")}),`,
  );
  say(`   chunks (${chunks.join(", ")}), Zarr version 2`);
}

/** Each writer has as many whole chunks as the other. */
function tasksOf(times: number, rowsOfChunk: number): WriteTask[] {
  const share = Math.ceil(Math.ceil(times / rowsOfChunk) / WRITERS) * rowsOfChunk;
  return Array.from({ length: WRITERS }, (_, writer) => ({
    start: Math.min(times, writer * share),
    stop: Math.min(times, (writer + 1) * share),
    rowsOfChunk,
  }));
}

function peaksOf(parts: readonly PartResult[]): number[] {
  return parts.map(({ peakBytes }) => peakBytes);
}

async function correlate(
  { bytes, chunks }: SeriesShape,
  environment: Environment,
  children: Children,
  steps: Steps,
  say: Say,
): Promise<Float64Array> {
  const work = () =>
    withProgressBar("correlating in one process", bytes, "bytes", (onProgress) =>
      runPart(
        children,
        "correlate-part.js",
        { rowsOfChunk: chunks[0] } satisfies CorrelateTask,
        environment,
        onProgress,
      ),
    );
  const part = await steps.measure("correlated here, streamed", work, (each) => peaksOf([each]));
  const matrix = Float64Array.from(part.result as number[]); // what correlate-part.js makes
  await openHierarchy(environment).storeData(ndarray(matrix, { shape: [REGIONS, REGIONS] }), RESULT);
  say(`3. its functional connectivity stored beside it: ${RESULT}, shape (${REGIONS}, ${REGIONS})`);
  return matrix;
}

interface Comparison {
  readonly folder: string;
  readonly series: SeriesShape;
  readonly server: S3Server;
  readonly children: Children;
  readonly steps: Steps;
  readonly say: Say;
}

async function compareWithDask(
  python: string,
  ours: Float64Array,
  { folder, series, server, children, steps, say }: Comparison,
): Promise<boolean> {
  const result = join(folder, "dask.zarr");
  const scratch = join(folder, "dask-scratch");
  await mkdir(scratch);
  const url = `${server.url}/${BUCKET}/${HIERARCHY}`;
  // It reads the series twice: for the mean, and for the products.
  const work = () =>
    withProgressBar("two workers of Dask", 2 * series.bytes, "bytes", async (onProgress) => {
      const timer = setInterval(() => onProgress(bytesOf(server.requests, "sentBytes")), POLL_MS);
      try {
        return await runDask(children, python, { url, dataset: DATASET, result, scratch });
      } finally {
        clearInterval(timer);
      }
    });
  await steps.measure("correlated by Dask, twice read", work, (peaks) => peaks);
  const { shape, data } = await zarrBackend.open(result).getData(RESULT);
  const differences = ours.map((value, at) => Math.abs(value - Number(data[at])));
  const isSame = data.length === ours.length && differences.every((difference) => difference <= TOLERANCE);
  say(`4. Dask has read it over HTTP from ${url}`);
  say(`   and written its functional connectivity as Zarr, shape (${shape.join(", ")})`);
  const largest = Math.max(...differences).toExponential(1);
  say(
    `5. read with our backend: ${isSame ? "the same" : "NOT the same"}; the largest difference is ${largest},`,
  );
  say(`   at most ${TOLERANCE.toExponential()} is allowed`);
  return isSame;
}
