import nodeFs from "node:fs";
import type { FileSystem } from "@tvb-storage/files";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { createMemoryFs, type FaultPlan, faultyFs, ProcessStopped } from "../src/index.js";

const folder = temporaryFolder("faulty-fs");

const bytes = (text: string) => new TextEncoder().encode(text);
const places: readonly { name: string; make: () => { fs: FileSystem & typeof nodeFs; at: string } }[] = [
  { name: "memfs", make: () => ({ fs: createMemoryFs() as object as typeof nodeFs, at: "" }) }, // same shape
  { name: "the disk", make: () => ({ fs: nodeFs, at: nodeFs.mkdtempSync(folder("t-")) }) },
];

function writeTwice(fs: FileSystem, path: string): void {
  const fd = fs.openSync(path, "w");
  fs.writeSync(fd, bytes("abcd"), 0, 4, 0);
  fs.writeSync(fd, bytes("efgh"), 0, 4, 4);
  fs.closeSync(fd);
}

describe.each(places)("faultyFs on $name", ({ make }) => {
  const setUp = (plan: FaultPlan) => {
    const { fs, at } = make();
    return { fs, at, faulty: faultyFs(fs, plan) };
  };

  it("behaves as the wrapped file system, and counts calls, where no call is to fail", () => {
    const { fs, at, faulty } = setUp({});
    writeTwice(faulty, `${at}/a`);
    expect(fs.readFileSync(`${at}/a`, "utf8")).toBe("abcdefgh");
    expect(faulty.faults.calls).toBe(3); // open for writing, two writes
    expect(faulty.faults.byKind).toEqual({ open: 1, write: 2 });
    expect(faulty.faults.hit).toBeUndefined();
  });

  it("fails the n-th call with the errno, and only that one", () => {
    const { fs, at, faulty } = setUp({ at: 3, errno: "ENOSPC" });
    expect(() => writeTwice(faulty, `${at}/a`)).toThrow(
      expect.objectContaining({ code: "ENOSPC", errno: -28, syscall: "write", path: `${at}/a` }),
    );
    expect(fs.readFileSync(`${at}/a`, "utf8")).toBe("abcd");
    writeTwice(faulty, `${at}/b`);
    expect(fs.readFileSync(`${at}/b`, "utf8")).toBe("abcdefgh");
  });

  it("fails as many calls as `times` says", () => {
    const { at, faulty } = setUp({ calls: "write", at: 1, times: Number.POSITIVE_INFINITY, errno: "ENOSPC" });
    expect(() => writeTwice(faulty, `${at}/a`)).toThrow("ENOSPC");
    expect(() => writeTwice(faulty, `${at}/b`)).toThrow("ENOSPC");
    expect(faulty.faults.stopped).toBe(false);
  });

  it("does half of the write that fails where the effect is half", () => {
    const { fs, at, faulty } = setUp({ calls: "write", at: 2, effect: "half" });
    expect(() => writeTwice(faulty, `${at}/a`)).toThrow("EIO");
    expect(fs.readFileSync(`${at}/a`, "utf8")).toBe("abcdef");
  });

  it("truncates a write as systems may: half is done and reported", () => {
    const { fs, at, faulty } = setUp({ calls: "write", at: 1, action: "truncate" });
    const fd = faulty.openSync(`${at}/a`, "w");
    expect(faulty.writeSync(fd, bytes("abcd"), 0, 4, 0)).toBe(2);
    faulty.closeSync(fd);
    expect(fs.readFileSync(`${at}/a`, "utf8")).toBe("ab");
  });

  it.each([
    ["none", "abcd"],
    ["half", "abcdef"],
    ["whole", "abcdefgh"],
  ] as const)("stops with %s of the call done, and nothing works afterwards", (effect, content) => {
    const { fs, at, faulty } = setUp({ calls: "write", at: 2, action: "stop", effect });
    expect(() => writeTwice(faulty, `${at}/a`)).toThrow(ProcessStopped);
    expect(faulty.faults.stopped).toBe(true);
    expect(() => faulty.statSync(`${at}/a`)).toThrow(ProcessStopped);
    expect(() => faulty.existsSync(`${at}/a`)).toThrow("had stopped before existsSync");
    expect(fs.readFileSync(`${at}/a`, "utf8")).toBe(content);
  });

  it("treats a rename as atomic: half of it is nothing", () => {
    const { fs, at, faulty } = setUp({ calls: "rename", at: 1, action: "stop", effect: "half" });
    fs.writeFileSync(`${at}/a`, "x");
    expect(() => faulty.renameSync(`${at}/a`, `${at}/b`)).toThrow(ProcessStopped);
    expect(fs.existsSync(`${at}/a`)).toBe(true);
  });

  it("also affects promises and the methods of their file handles", async () => {
    const { fs, at, faulty } = setUp({ calls: "write", at: 2, action: "stop", effect: "half" });
    const handle = await faulty.promises.open(`${at}/a`, "w");
    await handle.write(bytes("abcd"), 0, 4, 0);
    await expect(handle.write(bytes("efgh"), 0, 4, 4)).rejects.toThrow("FileHandle.write");
    await expect(faulty.promises.stat(`${at}/a`)).rejects.toThrow(ProcessStopped);
    expect(fs.readFileSync(`${at}/a`, "utf8")).toBe("abcdef");
  });

  it("also affects calls with a callback", async () => {
    const { at, faulty } = setUp({ calls: "mkdir", at: 2 });
    const outcome = await new Promise((resolve) => faulty.mkdir(`${at}/m`, (error) => resolve(error)));
    expect(outcome ?? null).toBeNull();
    const failure = await new Promise((resolve) => faulty.mkdir(`${at}/n`, (error) => resolve(error)));
    expect(failure).toMatchObject({ code: "EIO" });
  });

  it("counts the calls that a filter picks, by kind, by name or by a function", () => {
    const byName = setUp({ calls: ["openSync"] });
    writeTwice(byName.faulty, `${byName.at}/a`);
    expect(byName.faulty.faults.calls).toBe(1);
    const byFunction = setUp({ calls: (call) => call.path?.endsWith("/b") === true });
    writeTwice(byFunction.faulty, `${byFunction.at}/a`);
    writeTwice(byFunction.faulty, `${byFunction.at}/b`);
    expect(byFunction.faulty.faults.calls).toBe(4); // open, two writes, close
  });

  it("does not count opening for reading as a change", () => {
    const { fs, at, faulty } = setUp({});
    fs.writeFileSync(`${at}/a`, "x");
    faulty.closeSync(faulty.openSync(`${at}/a`, "r"));
    faulty.closeSync(faulty.openSync(`${at}/a`, "r+"));
    expect(faulty.faults.calls).toBe(0);
  });

  it("refuses streams, in which no fault could be injected", () => {
    const { at, faulty } = setUp({});
    expect(() => faulty.createWriteStream(`${at}/a`)).toThrow("use open, read and write");
  });
});

it("closes the descriptors of a process that stopped", () => {
  const fs = createMemoryFs();
  let closed = 0;
  const counted = Object.assign(Object.create(fs) as typeof fs, {
    closeSync: (fd: number) => {
      closed += 1;
      fs.closeSync(fd);
    },
  });
  const faulty = faultyFs(counted, { calls: "unlink", at: 1, action: "stop" });
  faulty.openSync("/a", "w");
  faulty.openSync("/b", "w");
  expect(() => faulty.unlinkSync("/a")).toThrow(ProcessStopped);
  expect(closed).toBe(2);
});
