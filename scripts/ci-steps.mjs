// The steps of .ci/run, one after the other, each to its end even when another
// failed, so that one run shows everything that is wrong.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { addUp, ofStep, ofVitest } from "./ci-count.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const MOST_SECONDS = 1500; // for one step; what hangs must not hold up the rest for ever
const QUICK_SECONDS = 30; // for a main job that has nothing to install or build

// A log is no terminal: colours would drown what it says.
const env = { ...process.env, NO_COLOR: "1", DO_NOT_TRACK: "1", TURBO_TELEMETRY_DISABLED: "1" };
delete env.FORCE_COLOR;

const [tools = "passed"] = process.argv.slice(2);
const reports = mkdtempSync(join(tmpdir(), "ci-"));

/** Runs a command with its output shown; resolves with its exit code and seconds. */
function run(name, command, args) {
  console.log(`\n=== ${name}: ${command} ${args.join(" ")}`);
  const start = performance.now();
  return new Promise((resolve) => {
    // A process group of its own, so that a step that hangs ends with its children.
    const child = spawn(command, args, {
      cwd: root,
      env,
      stdio: ["ignore", "inherit", "inherit"],
      detached: true,
    });
    const timer = setTimeout(() => {
      console.log(`=== ${name}: not done after ${MOST_SECONDS} s, ended`);
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    }, MOST_SECONDS * 1000);
    const finish = (code) => {
      clearTimeout(timer);
      const seconds = (performance.now() - start) / 1000;
      console.log(`=== ${name}: ${code === 0 ? "passed" : "FAILED"} after ${seconds.toFixed(1)} s`);
      resolve({ code, seconds });
    };
    child.on("error", (error) => {
      console.log(`=== ${name}: cannot start: ${error.message}`);
      finish(1);
    });
    child.on("close", (code) => finish(code ?? 1));
  });
}

async function tests(name, script) {
  const report = join(reports, `${script.replace(":", "-")}.json`);
  const args = ["run", script, "--", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { code } = await run(name, "npm", args);
  return ofVitest(report, code);
}

async function step(name, script) {
  const { code } = await run(name, "npm", ["run", script]);
  return ofStep(code === 0);
}

async function quickStep(name, script) {
  const { code, seconds } = await run(name, "npm", ["run", script]);
  if (seconds > QUICK_SECONDS) console.log(`=== ${name}: took more than ${QUICK_SECONDS} s`);
  return ofStep(code === 0 && seconds <= QUICK_SECONDS);
}

const counts = [
  { passed: 0, failed: tools === "failed" ? 1 : 0, skipped: tools === "skipped" ? 1 : 0 },
  await tests("tests", "test"),
  await step("main job", "start"),
  await quickStep("main job again", "start"),
  await tests("deep tests", "test:deep"),
  await step("lint", "lint"),
  await step("check", "check"),
];
rmSync(reports, { recursive: true });

const { passed, failed, skipped } = addUp(counts);
console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 ? 0 : 1;
