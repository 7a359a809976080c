import { readdirSync, writeFileSync } from "node:fs";
import { beforeAll, expect, it } from "vitest";
import { describeWith, linux } from "../../../test/support/judges.js";
import { TvbZip } from "../src/index.js";
import { isOfDeadProcess, stagingName } from "../src/staging-name.js";
import { buildUnpackProgram, type Running, start } from "./races/unpack-program.js";
import { rawZip } from "./support/raw-zip.js";
import { diskWorld, harvest } from "./support/world.js";

it("contains the target's name, within the length limit of names", () => {
  expect(stagingName("out")).toMatch(/^\.out\.[0-9a-f]{8}.*\.tmp$/);
  expect(Buffer.byteLength(stagingName("🧠".repeat(255)))).toBeLessThan(255);
  expect(stagingName("out")).not.toBe(stagingName("out"));
});

it.each([
  stagingName("out"),
  ".out.0123abcd.tmp",
  ".out.0123abcd-4567.tmp",
  // A process that is no more, of another system.
  ".out.0123abcd-999999999-1-0123456789ab.tmp",
  "out.0123abcd-999999999-1-0123456789ab.tmp",
])("takes %s for nothing that a dead process left", (name) => {
  expect(isOfDeadProcess(name)).toBe(false);
});

describeWith(linux)("what is left of a process that was killed while it unpacked", () => {
  const place = diskWorld();
  const { root, fs } = place;
  const program = `${root}/unpack.mjs`;

  beforeAll(async () => {
    await buildUnpackProgram(program);
    const many = Array.from({ length: 4_000 }, (_, i) => ({ name: `d${i % 7}/${i}`, data: "x" }));
    writeFileSync(`${root}/many.zip`, rawZip(many));
    writeFileSync(`${root}/one.zip`, rawZip([{ name: "a", data: "x" }]));
  });

  const staging = () => readdirSync(root).filter((name) => name.endsWith(".tmp"));

  async function unpacking(folder: string): Promise<Running> {
    const running = start(program, []);
    await running.line();
    running.say(JSON.stringify([`${root}/many.zip`, `${root}/${folder}`]));
    while (staging().length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    return running;
  }

  async function unpackOne(folder: string): Promise<void> {
    const zip = await TvbZip.open(`${root}/one.zip`, "r");
    await zip.unpackZip(`${root}/${folder}`);
    await zip.close();
  }

  it("is removed by the next unpacking of any archive in the same folder", async () => {
    const running = await unpacking("killed");
    await running.end("SIGKILL");
    expect(staging()).toHaveLength(1);
    await unpackOne("next");
    expect(staging()).toEqual([]);
    expect(harvest(fs, `${root}/next`)).toEqual({ a: "x" });
  });

  it("is not removed while it lives, though it makes no progress", async () => {
    const running = await unpacking("slow");
    running.process.kill("SIGSTOP");
    const [name] = staging();
    await unpackOne("meanwhile");
    expect(staging()).toEqual([name]);
    running.process.kill("SIGCONT");
    expect(await running.line()).toBe("done");
    await running.end("SIGTERM");
    expect(Object.keys(harvest(fs, `${root}/slow`))).toHaveLength(4_000);
    expect(staging()).toEqual([]);
  });
});
