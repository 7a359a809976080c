// Runs the tests on several versions of Node, from the npm package `node`, and
// prints a table: `npm run test:nodes`, or `npm run test:nodes -- 22 24` for some.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inWords, ofVitest } from "./ci-count.mjs";
import { nodeOf, testsOn } from "./on-node.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const SECONDS_EACH = 1500;

const given = process.argv.slice(2);
const versions = given.length > 0 ? given : ["20", "22", "24"];
const reports = mkdtempSync(join(tmpdir(), "test-nodes-"));

/** Runs a command; resolves with its exit code and its output, where that is not shown. */
function run([command, ...args], isShown) {
  const stdio = ["ignore", isShown ? "inherit" : "pipe", "inherit"];
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio, timeout: SECONDS_EACH * 1000 });
    let output = "";
    child.stdout?.on("data", (text) => {
      output += text;
    });
    child.on("error", (error) => resolve({ code: 1, output: error.message }));
    child.on("close", (code) => resolve({ code: code ?? 1, output: output.trim() }));
  });
}

const rows = [];
let failed = 0;
try {
  for (const version of versions) {
    const { output: full } = await run([...nodeOf(version), "--version"], false);
    console.log(`\n=== Node ${full}`);
    const report = join(reports, `${version}.json`);
    const started = performance.now();
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const { code } = await run([...testsOn(version), ...reporters], true);
    const count = ofVitest(report, code);
    failed += count.failed;
    rows.push(`| ${full} | ${inWords(count)} | ${((performance.now() - started) / 1000).toFixed(0)} s |`);
  }
} finally {
  rmSync(reports, { recursive: true });
}
console.log(`\n| Node | tests | time |\n| --- | --- | --- |\n${rows.join("\n")}`);
process.exitCode = failed === 0 ? 0 : 1;
