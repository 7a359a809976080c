import { isDataType } from "@tvb-storage/core/arrays";
import { FileStorageException } from "@tvb-storage/errors";
import type { BytesPlace } from "./bytes-place.js";
import type { ExoticRow } from "./exotic-rows.js";
import type { ExoticAnswer, ExoticRequest } from "./exotic-worker.js";

/** A damaged file can keep HDF5 busy for ever. */
const TIMEOUT_MS = 60_000;
/** Numbers of which HDF5 gives the bytes as they are stored, without what they mean. */
const WITHOUT_VALUE = /\(odd precision\)|\(not IEEE 754\)|\bfloat(80|96|128)\b/;
/** Types whose elements have no array in JavaScript. */
const EXOTIC = /\breference\b|\bopaque\[|\bbitfield\d|\bvlen of|\btime\d/;

/** Whether elements of a type, as a list of nodes calls it, are given by HDF5 only, as texts. */
export function isExotic(dtype: string | undefined): boolean {
  return dtype !== undefined && !isDataType(dtype) && EXOTIC.test(dtype);
}

/**
 * The first elements of a dataset whose type has no array in JavaScript, read by HDF5 itself in a worker: megabytes that are
 * loaded then.
 *
 * @throws FileStorageException a type that HDF5 does not give either, or a damaged file.
 */
export async function readExotic(
  place: BytesPlace,
  { path, dtype }: { readonly path: string; readonly dtype: string },
  signal?: AbortSignal,
): Promise<readonly ExoticRow[]> {
  if (WITHOUT_VALUE.test(dtype))
    throw new FileStorageException(
      `${path} has the type ${dtype}; HDF5 gives bytes of it, and not their values`,
    );
  const worker = new Worker(new URL("./exotic-worker.ts", import.meta.url), { type: "module" });
  try {
    const answer = await answerOf(worker, { place, path }, path, signal);
    if ("failure" in answer) throw new FileStorageException(answer.failure);
    return answer.rows;
  } finally {
    worker.terminate();
  }
}

function answerOf(
  worker: Worker,
  request: ExoticRequest,
  path: string,
  signal: AbortSignal | undefined,
): Promise<ExoticAnswer> {
  return new Promise((resolve, reject) => {
    const settled = new AbortController();
    const settle = (outcome: () => void): void => {
      clearTimeout(limit);
      settled.abort();
      outcome();
    };
    const fail = (message: string): void => settle(() => reject(new FileStorageException(message)));
    const limit = setTimeout(
      () =>
        fail(`${path} was not read within ${TIMEOUT_MS / 1000} seconds; the file is damaged, or far away`),
      TIMEOUT_MS,
    );
    const until = { signal: settled.signal };
    const cancel = (): void => fail(`reading ${path} was cancelled`);
    signal?.addEventListener("abort", cancel, until);
    worker.addEventListener("error", ({ message }) => fail(`HDF5 was not loaded: ${message}`), until);
    worker.addEventListener(
      "message",
      ({ data }: MessageEvent<ExoticAnswer>) => settle(() => resolve(data)),
      until,
    );
    if (signal?.aborted === true) cancel();
    else worker.postMessage(request);
  });
}
