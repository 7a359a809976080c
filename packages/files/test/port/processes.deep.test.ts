import nodeFs from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { makeWorkplace, runChild } from "./child.js";
import type { Readings } from "./child-program.js";
import { recoverPath, seenByOthers, seenByReader } from "./transactions.js";

const workplace = makeWorkplace();
afterAll(() => workplace.remove());

/** Where child-program.ts puts the same number in every commit. */
const STAMPS = [8, 5000, 9000, 17_000, 40_000, 99_000];

function stampsOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return STAMPS.map((position) => view.getFloat64(position, true));
}

describe("several processes on one file", () => {
  it("let 8 writers make 200 commits each, none lost and none twice", async () => {
    const path = join(workplace.folder, "count.h5");
    const started = performance.now();
    await Promise.all(Array.from({ length: 8 }, () => runChild(workplace, "increment", path, "200").done));
    expect(stampsOf(nodeFs.readFileSync(path))).toEqual(STAMPS.map(() => 1600));
    expect(nodeFs.readdirSync(workplace.folder).filter((name) => name.startsWith("count"))).toEqual([
      "count.h5",
    ]);
    expect(performance.now() - started).toBeLessThan(60_000);
  });

  it("do not delay the others when they are killed", async () => {
    const path = join(workplace.folder, "killed.h5");
    const victims = Array.from({ length: 6 }, () => runChild(workplace, "acknowledge", path));
    const workers = Array.from({ length: 2 }, () => runChild(workplace, "increment", path, "300").done);
    await Promise.all(victims.map((victim) => victim.started));
    for (const victim of victims) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      victim.process.kill("SIGKILL");
    }
    await Promise.all(workers);
    const acknowledged = (await Promise.all(victims.map((victim) => victim.done)))
      .join("")
      .split("\n")
      .filter(Boolean);
    expect(new Set(acknowledged).size).toBe(acknowledged.length);
    await recoverPath(nodeFs, path);
    const total = stampsOf(nodeFs.readFileSync(path))[0] ?? 0;
    // A victim may have been killed between a commit and its acknowledgement.
    expect(total).toBeGreaterThanOrEqual(acknowledged.length + 600);
    expect(total).toBeLessThanOrEqual(acknowledged.length + 600 + victims.length);
  });

  it("lose nothing that was acknowledged when a writer is killed at any moment", async () => {
    let wasTorn = 0;
    for (let trial = 0; trial < 60; trial++) {
      const path = join(workplace.folder, `trial${trial}.h5`);
      const writer = runChild(workplace, "acknowledge", path);
      await writer.started;
      await new Promise((resolve) => setTimeout(resolve, (trial * 7) % 23));
      writer.process.kill("SIGKILL");
      const acknowledged = Number((await writer.done).trim().split("\n").at(-1));
      const seen = seenByReader(nodeFs, path) ?? new Uint8Array();
      if (nodeFs.existsSync(`${path}.journal`)) wasTorn += 1;
      await recoverPath(nodeFs, path);
      const left = seenByOthers(nodeFs, path) ?? new Uint8Array();
      const [first = 0] = stampsOf(left);
      expect(stampsOf(left)).toEqual(STAMPS.map(() => first));
      expect(first - acknowledged).toBeOneOf([0, 1]);
      expect(stampsOf(seen)).toEqual(stampsOf(left));
      nodeFs.unlinkSync(path);
    }
    // Else the trials would show nothing.
    expect(wasTorn).toBeGreaterThan(5);
  });

  it.each(["read", "read verified"])(
    "show readers (%s) one commit at a time while a writer never stops",
    async (command) => {
      const path = join(workplace.folder, `${command}.h5`);
      await runChild(workplace, "increment", path, "1").done;
      const writer = runChild(workplace, "acknowledge", path);
      await writer.started;
      const reader = runChild(workplace, command, path, "5000");
      // The answer of a program of ours.
      const readings = JSON.parse(await reader.done) as Readings;
      writer.process.kill("SIGKILL");
      await writer.done;
      expect(readings).toMatchObject({ torn: 0, backwards: 0 });
      expect(readings.valid).toBeGreaterThan(500);
      expect(readings.distinct).toBeGreaterThan(100);
      // Some readings did fall into a commit, and were found out.
      expect(readings.invalid).toBeGreaterThan(0);
    },
  );
});
