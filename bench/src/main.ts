// npm run bench -- [--case NAME]... [--rounds N] [--quick] [--profile] [--large]
import { mkdirSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { benchCases, findCase } from "./cases/index.js";
import { type CaseResult, runCase } from "./harness.js";
import { runLarge } from "./large.js";
import { profileCase, profileText } from "./profile-report.js";
import { environment, markdown, met, verdicts } from "./report.js";
import { median } from "./statistics.js";

const results = fileURLToPath(new URL("../results", import.meta.url));

const { values } = parseArgs({
  options: {
    case: { type: "string", multiple: true },
    rounds: { type: "string" },
    quick: { type: "boolean", default: false },
    profile: { type: "boolean", default: false },
    large: { type: "boolean", default: false },
  },
});

async function measure(): Promise<void> {
  const chosen = values.case?.map(findCase) ?? benchCases;
  const rounds = values.rounds === undefined ? {} : { rounds: Number(values.rounds) };
  const measured: CaseResult[] = [];
  mkdirSync(results, { recursive: true });
  const started = loadavg()[0] ?? 0;
  for (const one of chosen) {
    process.stderr.write(`${one.name} ...`);
    const result = await runCase(one, { quick: values.quick, ...rounds });
    measured.push(result);
    const medians = result.contenders.map(({ name, series, absent }) =>
      absent === undefined ? `${name} ${median(series.ms ?? []).toFixed(1)}` : `${name} absent (${absent})`,
    );
    const limits = verdicts(one, result).map(met);
    process.stderr.write(` ms: ${medians.join(", ")} ${limits.join()}\n`);
    // After every case, so that an interrupted run keeps its results.
    write(measured, started);
  }
  process.stdout.write(write(measured, started));
}

function write(measured: readonly CaseResult[], started: number): string {
  const kind = values.quick ? "quick sizes, for a look at the harness only" : "full sizes";
  const about = `${kind}; load average of the machine ${started.toFixed(1)} at the start, ${(loadavg()[0] ?? 0).toFixed(1)} at the end`;
  const text = markdown(benchCases, measured, about);
  // Only a complete run at full size is kept.
  const whole = !values.quick && measured.length === benchCases.length;
  const name = whole ? "latest" : "last-run";
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
  for (const one of values.case?.map(findCase) ?? benchCases) {
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
else if (values.profile) await profile();
else await measure();
