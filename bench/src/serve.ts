// The process of one JavaScript contender: `node serve.js CASE CONTENDER CONTEXT`, then JSON lines.
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { BenchCase, Context, MakeWorkload, Measures, Workload } from "./bench-case.js";
import { findCase } from "./cases/index.js";
import { countingFileSystem } from "./counting-fs.js";
import { profiled } from "./profile.js";

const [caseName = "", contender = "", contextJson = ""] = process.argv.slice(2);
const benchCase = findCase(caseName);
// Written by harness.ts of this same package.
const context: Context = { ...(JSON.parse(contextJson) as Context), options: {} };

function maker(of: BenchCase): MakeWorkload {
  if (contender === "ours") return of.ours;
  const make = contender === "h5wasm" ? of.h5wasm : contender === "floor" ? of.floor : undefined;
  if (make === undefined) throw new Error(`${of.name} has no ${contender}`);
  return make;
}

async function timed(workload: Workload): Promise<Measures> {
  const start = performance.now();
  const result = await workload.run();
  const ms = performance.now() - start;
  // A run may return other measures than its duration.
  return { ms, ...(isMeasures(result) ? result : {}) };
}

function isMeasures(value: unknown): value is Measures {
  return (
    typeof value === "object" && value !== null && Object.values(value).every((v) => typeof v === "number")
  );
}

/** One run on a file system that counts calls; only `run` is counted, not `check`. */
async function counted(): Promise<Measures> {
  const { fs, counts, reset } = countingFileSystem();
  const workload = await maker(benchCase)({ ...context, options: { fs } });
  await workload.prepare?.();
  reset();
  await workload.run();
  const result = { ...counts };
  await workload.check?.();
  return result;
}

async function serve(): Promise<void> {
  if (contender === "setup") {
    await benchCase.setup?.(context);
    return;
  }
  let workload: Workload | undefined;
  const get = async () => {
    workload ??= await maker(benchCase)(context);
    return workload;
  };
  for await (const line of createInterface({ input: process.stdin })) {
    // Written by peer-process.ts of this same package.
    const request = JSON.parse(line) as { do: string; file?: string };
    let reply: Measures | { error: string } = {};
    try {
      if (request.do === "prepare") await (await get()).prepare?.();
      else if (request.do === "run") reply = await timed(await get());
      else if (request.do === "check") await (await get()).check?.();
      else if (request.do === "peak") reply = { mib: process.resourceUsage().maxRSS / 1024 };
      else if (request.do === "count") reply = await counted();
      else if (request.do === "profile") {
        const job = await get();
        await job.prepare?.();
        writeFileSync(request.file ?? "", await profiled(() => job.run()));
        await job.check?.();
      } else return;
    } catch (error) {
      reply = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
}

await serve();
process.exit(0);
