import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { dask, describeWith, linux } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { runProgram } from "./run-program.js";

const inFolder = temporaryFolder("beyond");

/** A folder for temporary files, which this run alone has. */
function temporary(name: string): string {
  mkdirSync(inFolder(name));
  return inFolder(name);
}

/** The command lines of all processes that have a folder for their temporary files. */
function processesIn(folder: string): string[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const has = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`TMPDIR=${folder}`);
      return has ? [readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")] : [];
    } catch {
      return []; // it has ended meanwhile, or is another user's
    }
  });
}

describeWith(dask)("with Dask", () => {
  it("both compute the same, and no process has more than some blocks in memory", async () => {
    const TMPDIR = temporary("same");
    const { code, output } = await runProgram(["--size", "256MiB"], { TMPDIR });
    expect(output).toMatch(/read with our backend: the same; the largest difference is \d/);
    expect(output).toMatch(/correlated by Dask, twice read .*│ 537 MB +│ 0 B/);
    const peaks = [...output.matchAll(/(\d+) MB(?=, \d|\s*│?$)/gm)].map(([, megabytes]) => Number(megabytes));
    // Two writers, one reader, two of Dask, the server.
    expect(peaks).toHaveLength(6);
    expect(Math.max(...peaks)).toBeLessThan(450);
    expect(code).toBe(0);
    expect(readdirSync(TMPDIR)).toEqual([]);
  }, 240_000);
});

describeWith(dask, linux).each([
  ["the writers", "SIGINT", "1. an S3"],
  ["the process that correlates", "SIGTERM", "2. "],
  ["Dask and its workers", "SIGINT", "3. "],
] as const)("while %s run", (_what, signal, line) => {
  it(`${signal} ends all processes and removes the folder`, async () => {
    const TMPDIR = temporary(`stop-${line.slice(0, 1)}`);
    let isSent = false;
    const { code, errors } = await runProgram(["--size", "256MiB"], { TMPDIR }, (output, send) => {
      if (isSent || !output.includes(line)) return;
      isSent = true;
      setTimeout(() => send(signal), 1500);
    });
    expect(errors).toContain("stopped: its processes have ended, and its folder is removed\n");
    expect(code).toBe(signal === "SIGINT" ? 130 : 143);
    expect(readdirSync(TMPDIR)).toEqual([]);
    expect(processesIn(TMPDIR)).toEqual([]);
  }, 120_000);
});

describeWith(dask, linux)("a program that is killed", () => {
  it("takes its processes with it", async () => {
    const TMPDIR = temporary("killed");
    let isSent = false;
    let running: string[] = [];
    const { code } = await runProgram(["--size", "256MiB"], { TMPDIR }, (output, send) => {
      if (isSent || !output.includes("3. ")) return;
      isSent = true;
      setTimeout(() => {
        running = processesIn(TMPDIR);
        send("SIGKILL");
      }, 1500);
    });
    expect(code).toBe(null);
    expect(running.filter((line) => line.includes("python"))).not.toEqual([]);
    await expect.poll(() => processesIn(TMPDIR), { timeout: 10_000 }).toEqual([]);
  }, 120_000);
});
