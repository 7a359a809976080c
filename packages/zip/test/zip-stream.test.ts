import { execFileSync } from "node:child_process";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createMemoryFs } from "@tvb-storage/testkit";
import { expect, it } from "vitest";
import { ZipFile } from "yazl";
import { itWith, sevenZip } from "../../../test/support/judges.js";
import { TvbZip } from "../src/index.js";
import { ZipStream } from "../src/zip-stream.js";
import { diskWorld } from "./support/world.js";

const options = {
  mtime: new Date(2020, 0, 1),
  mode: 0o100644,
  compressionLevel: 6,
  forceDosTimestamp: false,
};

async function stream(path: string) {
  const fs = createMemoryFs();
  const handle = await fs.promises.open(path, "w+");
  const zip = new ZipStream();
  return { fs, zip, written: zip.writeTo(handle) };
}

it("needs a yazl that lists its entries with a state from 0 to 3", async () => {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from("x"), "x");
  zip.outputStream.resume();
  const { entries } = zip as unknown as { entries: { state: number; doFileDataPump: unknown }[] };
  expect(entries).toHaveLength(1);
  expect(entries[0]?.state).toBe(0);
  while (entries[0]?.doFileDataPump === undefined) await setImmediate();
  expect(entries[0]?.state).toBe(3);
});

it("resolves each entry when it is written, buffers and streams in the order in which they were added", async () => {
  const { fs, zip, written } = await stream("/a.zip");
  const order: string[] = [];
  const note = (name: string) => () => void order.push(name);
  async function* blocks() {
    yield Buffer.from("one ");
    yield Buffer.from("two");
  }
  await Promise.all([
    zip.addBuffer(Buffer.alloc(2_000_000), "slow", options).then(note("slow")),
    zip.addStream(blocks, 7, "streamed", options).then(note("streamed")),
    zip.addBuffer(Buffer.alloc(0), "quick", options).then(note("quick")),
  ]);
  expect(order.sort()).toEqual(["quick", "slow", "streamed"]);
  zip.end();
  await written;
  const archive = await TvbZip.open("/a.zip", "r", { fs });
  expect(archive.namelist()).toEqual(["slow", "streamed", "quick"]);
  await archive.close();
});

it("keeps no entry's bytes once it is written", async () => {
  const { zip, written } = await stream("/a.zip");
  const given: WeakRef<Buffer>[] = [];
  const add = async (name: string) => {
    const data = Buffer.alloc(100_000, name);
    given.push(new WeakRef(data));
    // Stored, so that the bytes that go out are the ones that came in.
    await zip.addBuffer(data, name, { ...options, compressionLevel: 0 });
  };
  for (let i = 0; i < 50; i++) await add(`${i}`);
  setFlagsFromString("--expose-gc");
  await setImmediate();
  runInNewContext("gc()");
  expect(given.filter((data) => data.deref() !== undefined).length).toBeLessThan(5);
  zip.end();
  await written;
});

it("rejects waiting and later calls with the error that ended it", async () => {
  const { zip, written } = await stream("/a.zip");
  const waiting = zip.addBuffer(Buffer.alloc(5_000_000), "a", options);
  zip.fail(new Error("no more"));
  await expect(waiting).rejects.toThrow("no more");
  await expect(zip.addBuffer(Buffer.from("b"), "b", options)).rejects.toThrow("no more");
  await expect(written).rejects.toThrow("no more");
});

it("fails as a whole where a stream fails or is not as long as announced", async () => {
  for (const size of [3, 100]) {
    const { zip, written } = await stream("/a.zip");
    async function* blocks() {
      yield Buffer.from("three");
      if (size === 3) throw new Error("lost the disk");
    }
    const added = zip.addStream(blocks, size, "a", options);
    written.catch(() => undefined);
    await expect(added).rejects.toThrow(size === 3 ? "lost the disk" : /unexpected number of bytes/);
    await expect(written).rejects.toThrow();
  }
});

itWith(sevenZip)("a time that the format's own field cannot hold is read by 7-Zip", async () => {
  const { fs, root } = diskWorld();
  for (const date of ["1925-05-05", "1969-12-31", "2040-01-01", "2200-02-02"]) {
    fs.writeFileSync(`${root}/${date}`, "");
    fs.utimesSync(`${root}/${date}`, new Date(`${date}T12:34:56Z`), new Date(`${date}T12:34:56Z`));
  }
  const zip = await TvbZip.open(`${root}/a.zip`, "w");
  await zip.writeZipFolder(root);
  await zip.close();
  const list = execFileSync(sevenZip.command, ["l", `${root}/a.zip`], {
    encoding: "utf8",
    env: { ...process.env, TZ: "UTC" },
  });
  for (const date of ["1925-05-05", "1969-12-31", "2040-01-01", "2200-02-02"])
    expect(list).toMatch(new RegExp(`^${date} 12:34:56 .* ${date}$`, "m"));
});
