import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { describeWith, posix } from "../../../../test/support/judges.js";
import { CallTurns } from "../../src/manager/call-turns.js";
import { makeWorkplace } from "../durability/child.js";

const workplace = makeWorkplace();
afterAll(() => workplace.remove());

interface Outcome {
  readonly rejected: number;
  readonly reason: string;
}

/** Runs a burst of program.ts in a process that may open `descriptors` files. */
function burst(folder: string, kind: string, count: number, descriptors: number): Outcome {
  const command = `ulimit -n ${descriptors}; exec "$0" "$@"`;
  const args = [process.execPath, workplace.program, "burst", folder, kind, String(count)];
  const output = execFileSync("sh", ["-c", command, ...args], { encoding: "utf8", timeout: 60_000 });
  return JSON.parse(output);
}

describeWith(posix)("more files than a process may open", () => {
  it.each(["store", "blocks"])("are all created by calls side by side: %s", (kind) => {
    const folder = join(workplace.folder, kind);
    mkdirSync(folder);
    expect(burst(folder, kind, 300, 200)).toEqual({ rejected: 0, reason: "" });
    expect(readdirSync(folder)).toHaveLength(300);
    expect(burst(folder, "read", 300, 200)).toEqual({ rejected: 0, reason: "" });
  });

  it("cannot be kept open; the call says how many are, and leaves no lock", () => {
    const folder = join(workplace.folder, "keep");
    mkdirSync(folder);
    const { rejected, reason } = burst(folder, "keep", 120, 100);
    expect(rejected).toBeGreaterThan(60);
    expect(reason).toMatch(/too many files open.*; \d\d files are open here.*closeFile: false.*ulimit -n/);
    const names = readdirSync(folder);
    expect(names).toHaveLength(120 - rejected);
    expect(names.filter((name) => !/^\d+\.h5$/.test(name))).toEqual([]);
  });
});

describe("turns", () => {
  it("are limited in number, taken in order, and free for others while one waits", async () => {
    const turns = new CallTurns(2);
    const order: string[] = [];
    let inside = 0;
    let most = 0;
    const call = (name: string, waits: boolean) =>
      turns.run(async () => {
        most = Math.max(most, ++inside);
        order.push(name);
        inside -= 1;
        if (waits) await turns.whileWaiting(() => new Promise((resolve) => setTimeout(resolve, 5)));
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setTimeout(resolve, 1));
        inside -= 1;
      });
    await Promise.all([
      call("a", true),
      call("b", true),
      call("c", false),
      call("d", false),
      call("e", false),
    ]);
    expect(order).toEqual(["a", "b", "c", "d", "e"]);
    expect(most).toBe(2);
  });

  it("are released by a call that fails", async () => {
    const turns = new CallTurns(1);
    await expect(turns.run(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await turns.run(async () => 1)).toBe(1);
  });
});
