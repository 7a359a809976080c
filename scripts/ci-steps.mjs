// The steps of .ci/run, one after the other. All run even when one
// failed, so that one run shows all failures.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeBarePath } from "./bare-path.mjs";
import { addUp, failuresOf, inWords, ofStep, ofVitest } from "./ci-count.mjs";
import { testsOn } from "./on-node.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const MAX_SECONDS = 1500; // for one step, so that one that hangs does not block the others
const QUICK_SECONDS = 15; // for a main job that has nothing to install or build

// A log is no terminal: no colours.
const env = { ...process.env, NO_COLOR: "1", DO_NOT_TRACK: "1", TURBO_TELEMETRY_DISABLED: "1" };
delete env.FORCE_COLOR;

/** What failed, a line each, to be said at the end, where it is not lost among the output of the steps. */
const failures = [];

const temporary = mkdtempSync(join(tmpdir(), "ci-"));

/** A command of README's first shell block, such as `npm test`, word by word. */
function readmeCommand(script) {
  const [, block = ""] = /^```sh\n(.*?)^```$/ms.exec(readFileSync(join(root, "README.md"), "utf8")) ?? [];
  const line = block.split("\n").find((each) => each.startsWith(`npm ${script} `));
  if (line === undefined) throw new Error(`README.md's first sh block has no "npm ${script}"`);
  return line.replace(/ *#.*/, "").split(" ");
}

/** Runs a command with its output shown; resolves with its exit code and seconds. */
function run(name, [command, ...args], more = {}) {
  console.log(`\n=== ${name}: ${command} ${args.join(" ")}`);
  const start = performance.now();
  return new Promise((resolve) => {
    // A process group of its own, so that a step that hangs ends with its children.
    const child = spawn(command, args, {
      cwd: root,
      env: { ...env, ...more },
      stdio: ["ignore", "inherit", "inherit"],
      detached: true,
    });
    const timer = setTimeout(() => {
      console.log(`=== ${name}: not done after ${MAX_SECONDS} s, ended`);
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    }, MAX_SECONDS * 1000);
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

/** The tests of `command`, counted one by one. */
async function tests(name, command, more) {
  const report = join(temporary, `${name.replaceAll(" ", "-")}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { code } = await run(name, [...command, ...reporters], more);
  const count = ofVitest(report, code);
  console.log(`=== ${name}: ${inWords(count)}`);
  const failed = failuresOf(report);
  if (count.failed > 0 && failed.length === 0) failed.push(`exit code ${code}`);
  failures.push(...failed.map((failure) => `${name}: ${failure}`));
  return count;
}

async function step(name, command) {
  const { code } = await run(name, command);
  if (code !== 0) failures.push(`${name}: exit code ${code}`);
  return ofStep(code === 0);
}

/** A step for a tree that is installed and built, without access to a registry. */
async function quickStep(name, command) {
  const { code, seconds } = await run(name, command, { npm_config_registry: "http://127.0.0.1:9" });
  if (seconds > QUICK_SECONDS) failures.push(`${name}: took more than ${QUICK_SECONDS} s`);
  if (code !== 0) failures.push(`${name}: exit code ${code}`);
  return ofStep(code === 0 && seconds <= QUICK_SECONDS);
}

const bare = join(temporary, "bare-path");
mkdirSync(bare);
const nothingElse = { PATH: makeBarePath(bare), TVB_JUDGES: "optional" };

const counts = [
  await tests("tests with Node and npm alone", [...readmeCommand("test"), "--"], nothingElse),
  await tests("tests with all judges", [...readmeCommand("test"), "--"]),
  await tests("tests of the page", ["npm", "run", "test:page", "--"]),
  await step("main job", readmeCommand("start")),
  await quickStep("main job again without a registry", readmeCommand("start")),
  await tests("deep tests", ["npm", "run", "test:deep", "--"]),
  // On the disk; the others have their files in memory, where there is enough of it.
  await tests("tests on Node 22", testsOn("22"), { TMPDIR: tmpdir() }),
  await tests("tests on Node 24", testsOn("24")),
  await step("lint", ["npm", "run", "lint"]),
  await step("check", ["npm", "run", "check"]),
  await step("release dry run", ["npm", "run", "release", "--", "--dry-run"]),
];
rmSync(temporary, { recursive: true });

const total = addUp(counts);
for (const failure of failures) console.log(`FAILED ${failure}`);
console.log(`\n${inWords(total)}`);
process.exitCode = total.failed === 0 ? 0 : 1;
