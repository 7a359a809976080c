import type { RequestFate } from "../../../../examples/s3-server/src/index.ts";
import type { S3StoreOptions } from "../../src/index.ts";
import type { TestServer } from "../s3/s3-server.ts";
import type { Fault, Place } from "./each-fault.ts";

export type S3Fate = Exclude<RequestFate, "done" | "slow">;

let places = 0;

/** A bucket of its own. Requests are repeated only where the fault is to be overcome. */
export function s3Place(
  { server, store }: TestServer,
  fault: Fault<S3Fate> | undefined,
  options: S3StoreOptions = {},
): Place<S3Fate> {
  places += 1;
  const url = `s3://bucket-${places}`;
  const impatient =
    fault?.isOvercome === true
      ? { timeoutMs: 600, leaseMs: 3000 }
      : { retries: 0, timeoutMs: 100, leaseMs: 200 };
  return {
    store: store(url, fault === undefined ? options : { ...impatient, ...options }),
    objects: store(url, options),
    onRequest: (decide) => {
      server.onRequest = decide && (({ method, key }) => decide(`${method} ${key}`));
    },
  };
}

/** A fault for one of so many requests; 1: for each of them. */
const EVERY = Number(process.env["FAULT_EVERY"] ?? 3);

const FATES: readonly S3Fate[] = ["lost", "denied", "cut", "failed", "stuck", "throttled", "hang"];

/** A fault for each request, or some of them: another one each time. "denied" is never overcome. */
export function faultsInTurn(): () => readonly Fault<S3Fate>[] {
  let requests = 0;
  return () => {
    requests += 1;
    if (requests % EVERY !== 0) return [];
    const trial = requests / EVERY;
    const fate = FATES[trial % FATES.length] ?? "lost";
    const mode = trial % 5 === 0 ? "on" : "once";
    return [{ fate, mode, isOvercome: mode === "once" && fate !== "denied" && trial % 2 === 0 }];
  };
}
