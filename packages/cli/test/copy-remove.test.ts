import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { fileURLToPath } from "node:url";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { h5diff, itWith, posix } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import {
  bash,
  inPipe,
  type Running,
  script,
  setpriv,
  start,
  startInTerminal,
  tvbStorage,
} from "./support/program.js";

const foreign = fileURLToPath(new URL("../../../fixtures/foreign", import.meta.url));
const path = temporaryFolder("cli-copy");
const cwd = () => path();
const tvb = (...args: string[]) => tvbStorage(args, { cwd: cwd() });
const DONE = { stdout: "", stderr: "", status: 0 };

beforeAll(async () => {
  const manager = new HDF5StorageManager(path("made.h5"));
  await manager.storeData(
    [
      [1, 2],
      [3, 4],
    ],
    "data",
    { where: "/run" },
  );
  await manager.setMetadata({ unit: "mV" }, "/run/data");
  await manager.storeData([1], "other");
  const noise = Float64Array.from({ length: 1_000_000 }, (_, index) => Math.sin(index * index));
  await new HDF5StorageManager(path("large.h5")).storeData(
    { dtype: "float64", shape: [1_000_000], data: noise },
    "data",
  );
});

beforeEach(() => {
  copyFileSync(path("made.h5"), path("file.h5"));
  copyFileSync(path("made.h5"), path("target.h5"));
});

describe("copy", () => {
  it("is refused where something is in its place, with --dry-run in the same way", async () => {
    for (const more of [[], ["--dry-run"]]) {
      const { stdout, stderr, status } = await tvb("copy", "file.h5", "/run", "target.h5", ...more);
      expect({ stdout, status }).toEqual({ stdout: "", status: 2 });
      expect(stderr).toMatch(
        /^tvb-storage: .*target\.h5.*give another target node, or replace it \(--overwrite\)\n$/,
      );
    }
  });

  it("names the source where that is missing", async () => {
    expect(await tvb("copy", "nope.h5", "/run", "target.h5")).toMatchObject({
      stderr: "tvb-storage: cannot read nope.h5: no such file or folder (ENOENT)\n",
    });
  });

  itWith(h5diff)("a node to another file, which is made where it is missing", async () => {
    expect(await tvb("copy", "file.h5", "/run", "new.h5")).toEqual(DONE);
    execFileSync(h5diff.command, [path("file.h5"), path("new.h5"), "/run"]);
    expect((await tvb("attrs", "new.h5", "/run/data")).stdout).toBe(
      "NAME  TYPE    VALUE\nunit  string  mV\n",
    );
  });

  it("a node within a file, and a whole file", async () => {
    expect(await tvb("copy", "file.h5", "/run", "file.h5", "/again")).toEqual(DONE);
    expect(await tvb("copy", "file.h5", "/", "whole.h5")).toEqual(DONE);
    const { stdout } = await tvb("ls", "--json", "whole.h5");
    const { nodes } = JSON.parse(stdout) as { nodes: { path: string }[] };
    expect(nodes.map((node) => node.path)).toEqual(["/again", "/again/data", "/other", "/run", "/run/data"]);
  });

  it("refuses what is there, unless --overwrite", async () => {
    const before = readFileSync(path("target.h5"));
    const refused = await tvb("copy", "file.h5", "/other", "target.h5", "/run/data");
    expect(refused).toMatchObject({ stdout: "", status: 2 });
    expect(refused.stderr).toMatch(/^tvb-storage: .*\/run\/data.*\n$/);
    expect(readFileSync(path("target.h5")).equals(before)).toBe(true);
    expect(await tvb("copy", "file.h5", "/other", "target.h5", "/run/data", "--overwrite")).toEqual(DONE);
    expect((await tvb("ls", "target.h5", "/run/data")).stdout).toContain("/run/data  float64  (1,)");
  });

  it("says what the copy lacks, with status 1", async () => {
    copyFileSync(`${foreign}/session.nwb`, path("session.nwb"));
    const { stdout, stderr, status } = await tvb("copy", "session.nwb", "/units", "lacks.h5");
    expect({ stdout, status }).toEqual({ stdout: "", status: stderr === "" ? 0 : 1 });
    if (stderr !== "") expect(stderr).toMatch(/^(tvb-storage: \/units\/.* reference.*\n)+$/);
  });

  it("--dry-run says what would be copied, and makes no file", async () => {
    const { stdout, status } = await tvb("copy", "--dry-run", "file.h5", "/run", "dry.h5", "/there");
    expect({ stdout, status }).toEqual({
      stdout: "would copy 1 dataset (32 B stored) from file.h5 /run to dry.h5 /there\n",
      status: 0,
    });
    expect(existsSync(path("dry.h5"))).toBe(false);
  });

  it.each([
    [["nope.h5", "/run", "never.h5"], /cannot read .*nope\.h5: no such file/],
    [["file.h5", "/nope", "never.h5"], /file\.h5 has no \/nope/],
    [["file.h5", "/run", "file.h5", "/run/inner"], /\/run\/inner is within \/run/],
    [["text.h5", "/run", "never.h5"], /text\.h5: not an HDF5 file/],
    [["file.h5", "/run", "text.h5"], /text\.h5: not an HDF5 file/],
    [["file.h5", "/run", "folder/nope/never.h5"], /there is no folder .*folder\/nope/],
  ])("%j fails in one line, and changes nothing", async (args, message) => {
    writeFileSync(path("text.h5"), "no HDF5 at all");
    const { stdout, stderr, status } = await tvb("copy", ...args);
    expect({ stdout, status }).toEqual({ stdout: "", status: 2 });
    expect(stderr).toMatch(message);
    expect(stderr.split("\n")).toHaveLength(2);
    expect(existsSync(path("never.h5"))).toBe(false);
    expect(readFileSync(path("file.h5")).equals(readFileSync(path("made.h5")))).toBe(true);
  });

  itWith(bash)("leaves the target as it was where the disk is full", async () => {
    const ran = await inPipe(["copy", "large.h5", "/data", "target.h5"], {
      cwd: cwd(),
      fileBlocks: 1000,
    });
    expect(ran).toMatchObject({ stdout: "", status: 2 });
    expect(ran.stderr).toMatch(
      /^tvb-storage: .*larger than the disk, or a limit of the system, allows \(EFBIG\)\n$/,
    );
    expect(await tvb("ls", "target.h5")).toMatchObject({
      stdout: (await tvb("ls", "made.h5")).stdout,
      status: 0,
    });
  });

  itWith(posix, setpriv)("leaves the target as it was where it is not writable", async () => {
    mkdirSync(path("closed"));
    copyFileSync(path("made.h5"), path("closed/target.h5"));
    chmodSync(path("closed/target.h5"), 0o444);
    chmodSync(path("closed"), 0o555);
    const options = { cwd: cwd(), withoutRights: true };
    for (const args of [
      ["copy", "file.h5", "/run", "closed/target.h5", "/again"],
      ["set", "closed/target.h5", "/", "k", "v"],
      ["unset", "closed/target.h5", "/run/data", "unit"],
      ["remove", "closed/target.h5", "/run"],
    ]) {
      const { stdout, stderr, status } = await inPipe(args, options);
      expect({ stdout, status }).toEqual({ stdout: "", status: 2 });
      expect(stderr).toMatch(/^tvb-storage: .*no permission \(EACCES\)\n$/);
    }
    expect(readFileSync(path("closed/target.h5")).equals(readFileSync(path("made.h5")))).toBe(true);
    chmodSync(path("closed"), 0o755);
  });

  describe("leaves the target as it was when it is interrupted", () => {
    beforeAll(async () => {
      const row = { dtype: "uint8", shape: [2 ** 21], data: new Uint8Array(2 ** 21) } as const;
      const blocks = Array.from({ length: 128 }, () => row); // 256 MiB
      await new HDF5StorageManager(path("long.h5")).storeData(
        { dtype: "uint8", shape: [2 ** 28], blocks },
        "data",
      );
    });

    const isBusy = () => readdirSync(path()).some((name) => /^\.?target\.h5\./.test(name));

    async function interrupted(running: Running, interrupt: () => void) {
      while (!isBusy() && running.process.exitCode === null)
        await new Promise((resolve) => setTimeout(resolve, 5));
      interrupt();
      const ran = await running.ended;
      expect(await tvb("ls", "target.h5")).toEqual(await tvb("ls", "made.h5"));
      expect(isBusy()).toBe(false);
      return ran;
    }

    const args = ["copy", "long.h5", "/data", "target.h5"];
    const SAID = "tvb-storage: interrupted; what was there is as it was\n";

    itWith(posix)("by SIGINT", async () => {
      const running = start(args, { cwd: cwd() });
      const ran = await interrupted(running, () => running.process.kill("SIGINT"));
      expect(ran).toEqual({ stdout: "", stderr: SAID, status: 130 });
    });

    itWith(script)("by Ctrl-C in a terminal, where the bar is taken away", async () => {
      const running = startInTerminal([...args, "--no-color"], { cwd: cwd() });
      const { stdout, status } = await interrupted(running, () => running.process.stdin?.write("\x03"));
      expect(status).toBe(130);
      expect(stdout.replaceAll("\r\n", "\n").endsWith(SAID)).toBe(true);
    });
  });
});

describe("remove", () => {
  it("removes a node with all beneath it", async () => {
    expect(await tvb("remove", "file.h5", "/run")).toEqual(DONE);
    expect((await tvb("ls", "file.h5")).stdout).toBe(
      "PATH    TYPE     SHAPE  STORED\n/other  float64  (1,)      8 B\n",
    );
  });

  it("--dry-run says what would go, and changes nothing", async () => {
    expect(await tvb("remove", "--dry-run", "file.h5", "/run")).toEqual({
      ...DONE,
      stdout: "would remove /run of file.h5: 1 dataset (32 B stored)\n",
    });
    expect(readFileSync(path("file.h5")).equals(readFileSync(path("made.h5")))).toBe(true);
  });

  it.each([
    [["file.h5", "/nope"], /\/nope to remove; the group \/ has/],
    [["file.h5", "/nope", "--dry-run"], /file\.h5 has no \/nope/],
    [["file.h5", "/"], /file\.h5: the root stays/],
    [["file.h5", "/", "--dry-run"], /file\.h5: the root stays/],
    [["nope.h5", "/run"], /nope\.h5: it does not exist/],
    [["file.h5"], /missing required argument 'node'; see "tvb-storage remove --help"/],
  ])("%j fails in one line, and changes nothing", async (args, message) => {
    const { stdout, stderr, status } = await tvb("remove", ...args);
    expect({ stdout, status }).toEqual({ stdout: "", status: 2 });
    expect(stderr).toMatch(message);
    expect(stderr.split("\n")).toHaveLength(2);
    expect(readFileSync(path("file.h5")).equals(readFileSync(path("made.h5")))).toBe(true);
    expect(existsSync(path("nope.h5"))).toBe(false);
  });
});
