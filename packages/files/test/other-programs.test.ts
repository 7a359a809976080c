import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { describeWith, flock, linux } from "../../../test/support/judges.js";
import { memoryFileSystem } from "../src/memory-file-system.js";
import { fileWriters, foreignLock } from "../src/other-programs.js";

let folder: string;
let path: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), "tvb-other-"));
  path = join(folder, "file");
  fs.writeFileSync(path, "content");
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  fs.rmSync(folder, { recursive: true });
});

/** Runs a program that says a line when it is ready. */
async function start(command: string, ...args: string[]): Promise<number> {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  children.push(child);
  await once(child.stdout, "data");
  return child.pid ?? expect.unreachable();
}

const lockNow = () => foreignLock(fs, fs.statSync(path));

describeWith(linux, flock)("a lock of another process", () => {
  it.each([
    ["--exclusive", "exclusive"],
    ["--shared", "shared"],
  ] as const)("taken by flock %s is %s, with its process", async (option, kind) => {
    expect(lockNow()).toBeUndefined();
    const pid = await start("flock", "--no-fork", option, path, "sh", "-c", "echo; exec sleep 60");
    // `sh` turns into `sleep` at its own time.
    expect(lockNow()).toEqual({ kind, pid, program: expect.stringMatching(/^(sh|sleep)$/) });
    fs.writeFileSync(join(folder, "other"), "");
    expect(foreignLock(fs, fs.statSync(join(folder, "other")))).toBeUndefined();
  });

  it("on a file of another device with the same number is not one on this", async () => {
    await start("flock", "--no-fork", path, "sh", "-c", "echo; exec sleep 60");
    const { ino } = fs.statSync(path);
    expect(foreignLock(fs, { ino, dev: 1 })).toBeUndefined();
  });

  it("is not searched on a file system other than the disk", async () => {
    await start("flock", "--no-fork", path, "sh", "-c", "echo; exec sleep 60");
    expect(foreignLock({ ...memoryFileSystem() }, fs.statSync(path))).toBeUndefined();
  });

  it("may come from an older list", async () => {
    expect(lockNow()).toBeUndefined();
    await start("flock", "--no-fork", path, "sh", "-c", "echo; exec sleep 60");
    expect(foreignLock(fs, fs.statSync(path), Number.POSITIVE_INFINITY)).toBeUndefined();
    expect(lockNow()?.kind).toBe("exclusive");
  });
});

describeWith(linux)("who has a file open for writing", () => {
  it("is found by its process, and a reader is not", async () => {
    expect(fileWriters(fs, path)).toEqual({ pids: [], doubt: undefined });
    await start("sh", "-c", `exec 3<'${path}'; echo; exec sleep 60`);
    expect(fileWriters(fs, path).pids).toEqual([]);
    const pid = await start("sh", "-c", `exec 3>>'${path}'; echo; exec sleep 60`);
    expect(fileWriters(fs, path).pids).toEqual([pid]);
  });

  it("counts this process too", () => {
    const fd = fs.openSync(path, "r+");
    expect(fileWriters(fs, path).pids).toEqual([process.pid]);
    fs.closeSync(fd);
  });

  it("is unknown on a file system other than the disk", () => {
    expect(fileWriters(memoryFileSystem(), "/file").doubt).toMatch(/does not tell/);
  });
});
