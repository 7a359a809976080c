// npm run bench -- [--case NAME]... [--mode warm|fresh] [--rounds N] [--quick] [--profile] [--large] [--growth] [--zarr]
import { mkdirSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { MODES, modesOf } from "./bench-case.js";
import { benchCases, findCase, isCallCase, suites } from "./cases/index.js";
import { environment } from "./environment.js";
import { runGrowth } from "./growth.js";
import { type CaseResult, runCase } from "./harness.js";
import { runLarge } from "./large.js";
import { profileCase, profileText } from "./profile-report.js";
import { markdown, met } from "./report.js";
import { median } from "./statistics.js";
import { verdicts } from "./verdicts.js";

const results = fileURLToPath(new URL("../results", import.meta.url));

const { values } = parseArgs({
  options: {
    case: { type: "string", multiple: true },
    mode: { type: "string" },
    rounds: { type: "string" },
    quick: { type: "boolean", default: false },
    profile: { type: "boolean", default: false },
    large: { type: "boolean", default: false },
    growth: { type: "boolean", default: false },
    zarr: { type: "boolean", default: false },
  },
});

const suite = values.zarr ? "zarr" : "latest";

/** Above this load average other programs are felt in the results. */
const IDLE = 0.5;

async function measure(): Promise<void> {
  const modes = MODES.filter((mode) => values.mode === undefined || values.mode === mode);
  if (modes.length === 0) throw new Error(`no mode "${values.mode}"; there are ${MODES.join(", ")}`);
  const chosen = values.case?.map(findCase) ?? suites[suite];
  const rounds = values.rounds === undefined ? {} : { rounds: Number(values.rounds) };
  const measured: CaseResult[] = [];
  mkdirSync(results, { recursive: true });
  const started = loadavg()[0] ?? 0;
  if (started > IDLE)
    process.stderr.write(
      `the load average is ${started.toFixed(1)}: other programs will be in the results\n`,
    );
  for (const one of chosen) {
    process.stderr.write(`${one.name} ...`);
    for (const result of await runCase(one, { quick: values.quick, modes, ...rounds })) {
      measured.push(result);
      const medians = result.contenders.map(({ name, series, absent }) =>
        absent === undefined ? `${name} ${median(series.ms ?? []).toFixed(1)}` : `${name} absent (${absent})`,
      );
      const limits = verdicts(one, result).map(met);
      process.stderr.write(` ${result.mode}, ms: ${medians.join(", ")} ${limits.join()};`);
    }
    process.stderr.write("\n");
    // After every case, so that an interrupted run keeps its results.
    write(measured, started);
  }
  process.stdout.write(write(measured, started));
}

function write(measured: readonly CaseResult[], started: number): string {
  const kind = values.quick ? "quick sizes, for a look at the harness only" : "full sizes";
  const busy = started > IDLE ? " (not idle: other programs are in the results)" : "";
  const about = `${kind}; load average of the machine ${started.toFixed(1)} at the start${busy}, ${(loadavg()[0] ?? 0).toFixed(1)} at the end`;
  const text = markdown(benchCases, measured, about);
  // Only a complete run at full size is kept.
  const all = suites[suite].flatMap(modesOf).length;
  const whole = !values.quick && measured.length === all;
  const name = whole ? suite : "last-run";
  writeFileSync(`${results}/${name}.md`, text);
  writeFileSync(
    `${results}/${name}.json`,
    `${JSON.stringify({ about, environment: environment(), cases: measured }, null, 2)}\n`,
  );
  return text;
}

async function profile(): Promise<void> {
  let text =
    "# Where the time goes\n\nOne warm run of each case; calls of the file system are named as node:fs names them.\n\n";
  for (const one of (values.case?.map(findCase) ?? suites[suite]).filter(isCallCase)) {
    process.stderr.write(`${one.name} ...\n`);
    const part = profileText(one, await profileCase(one, values.quick, `${results}/profiles`));
    process.stdout.write(`${part}\n`);
    text += `${part}\n`;
    writeFileSync(`${results}/profiles/profiles.md`, text);
  }
}

// A run that is stopped removes its files.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

if (values.large) await runLarge(values.quick);
else if (values.growth) process.stdout.write(await runGrowth(values.quick, `${results}/growth.md`));
else if (values.profile) await profile();
else await measure();
