// The process of one JavaScript contender: `node serve.js MODULE CASE CONTENDER CONTEXT`, then JSON lines.
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { BenchCase, Context, MakeWorkload, Measures, Workload } from "./bench-case.js";
import { wasmLoaded, watchWasm } from "./wasm-watch.js";

const [module = "", caseName = "", contender = "", contextJson = ""] = process.argv.slice(2);
// Written by harness.ts of this same package.
const context: Context = { ...(JSON.parse(contextJson) as Context), options: {} };

async function findCase(): Promise<BenchCase> {
  // A module of cases/index.ts.
  const { cases } = (await import(`./cases/${module}.js`)) as { cases: readonly BenchCase[] };
  const found = cases.find(({ name }) => name === caseName);
  if (found === undefined) throw new Error(`no case "${caseName}" in ${module}`);
  return found;
}

/** The floors are loaded without our packages, so that their memory is that of Node alone. */
async function findMaker(): Promise<MakeWorkload> {
  let make: MakeWorkload | undefined;
  if (contender === "floor") make = (await import("./floors/index.js")).floors[caseName];
  else {
    const one = await findCase();
    if (!("program" in one)) make = contender === "ours" ? one.ours : one.h5wasm;
  }
  if (make === undefined) throw new Error(`${caseName} has no ${contender}`);
  return make;
}

async function timed(workload: Workload): Promise<Measures> {
  const before = process.cpuUsage();
  const start = performance.now();
  const result = await workload.run();
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  const measures = { ms, cpu: (user + system) / 1000, wasm: wasmLoaded() };
  // A run may return other measures than its duration.
  return { ...measures, ...(isMeasures(result) ? result : {}) };
}

function isMeasures(value: unknown): value is Measures {
  return (
    typeof value === "object" &&
    value !== null &&
    !ArrayBuffer.isView(value) &&
    Object.values(value).every((v) => typeof v === "number")
  );
}

/** One run on a file system that counts calls; only `run` is counted, not `check`. */
async function counted(make: MakeWorkload): Promise<Measures> {
  const { countingFileSystem } = await import("./counting-fs.js");
  const { fs, counts, reset } = countingFileSystem();
  const workload = await make({ ...context, options: { fs } });
  await workload.prepare?.();
  reset();
  await workload.run();
  const result = { ...counts };
  await workload.check?.();
  return result;
}

async function serve(): Promise<void> {
  if (contender === "setup") {
    await (await findCase()).setup?.(context);
    return;
  }
  const make = await findMaker();
  watchWasm();
  let workload: Workload | undefined;
  const get = async () => {
    workload ??= await make(context);
    return workload;
  };
  for await (const line of createInterface({ input: process.stdin })) {
    // Written by peer-process.ts of this same package.
    const request = JSON.parse(line) as { do: string; file?: string };
    let reply: Measures | { error: string } = {};
    try {
      if (request.do === "load")
        reply = {}; // all imports are done
      else if (request.do === "prepare") await (await get()).prepare?.();
      else if (request.do === "run") reply = await timed(await get());
      else if (request.do === "check") await (await get()).check?.();
      else if (request.do === "peak") reply = { mib: process.resourceUsage().maxRSS / 1024 };
      else if (request.do === "count") reply = await counted(make);
      else if (request.do === "profile") {
        const job = await get();
        await job.prepare?.();
        const { profiled } = await import("./profile.js");
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
