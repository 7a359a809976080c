import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { setTimeout } from "node:timers/promises";
import { ndarray } from "@tvb-storage/core";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { beforeAll, describe, expect, test } from "vitest";
import { runPython } from "../../../test/support/h5py.js";
import { describeWith, h5py, itWith, linux } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { bash, inPipe, setpriv, start, tvbStorage } from "./support/program.js";

const at = temporaryFolder("cli-compact");
const run = (...args: string[]) => tvbStorage(args, { cwd: at() });
const noise = (rows: number) =>
  ndarray(
    Float64Array.from({ length: rows * 100 }, (_, index) => Math.sin(index)),
    { shape: [rows, 100] },
  );

/** A file with a hole, where a dataset was removed. */
async function makeHole(path: string, rows = 1000): Promise<void> {
  const manager = new HDF5StorageManager(path);
  await manager.storeData(noise(rows), "removed");
  await manager.storeData(noise(rows), "kept");
  await manager.removeData("removed");
  await manager.closeFile();
}

beforeAll(async () => {
  mkdirSync(at("tree/1"), { recursive: true });
  await makeHole(at("tree/1/hole.h5"));
  await makeHole(at("one.h5"));
  writeFileSync(at("tree/notes.txt"), "notes");
  writeFileSync(at("text.h5"), "text");
});

const withoutSizes = (text: string) => text.replaceAll(/[\d.]+ (?:B|bytes|KiB|MiB)\b/g, "SIZE");

describe("compact", () => {
  test("with --dry-run says how much can be freed at most, and changes nothing", async () => {
    const before = readFileSync(at("tree/1/hole.h5"));
    const { stdout, status } = await run("compact", "tree", "--dry-run");
    expect(withoutSizes(stdout)).toBe("tree/1/hole.h5: SIZE, of which at most SIZE can be freed\n");
    expect(status).toBe(0);
    expect(readFileSync(at("tree/1/hole.h5")).equals(before)).toBe(true);
  });

  test("makes files smaller, and leaves their content", async () => {
    const { size } = statSync(at("tree/1/hole.h5"));
    const { stdout, status } = await run("compact", "tree", "one.h5");
    expect(withoutSizes(stdout)).toBe(
      "tree/1/hole.h5: SIZE to SIZE, SIZE freed\none.h5: SIZE to SIZE, SIZE freed\n2 files: SIZE freed\n",
    );
    expect(status).toBe(0);
    expect(statSync(at("tree/1/hole.h5")).size).toBeLessThan(size - 700_000);
    expect((await new HDF5StorageManager(at("one.h5")).getData("kept")).data).toEqual(noise(1000).data);
  });

  test("says in JSON what it has done", async () => {
    const { stdout } = await run("compact", "one.h5", "--json");
    const { size } = statSync(at("one.h5"));
    expect(JSON.parse(stdout)).toEqual({
      files: 1,
      failed: 0,
      freed: 0,
      results: [{ file: "one.h5", before: size, after: size }],
    });
  });

  test("ends with 2 where a file cannot be compacted, and goes on with the others", async () => {
    const { stdout, status } = await run("compact", "text.h5", "missing.h5", "one.h5");
    expect(withoutSizes(stdout)).toMatch(
      /^failed {2}missing\.h5: .*no such file or folder\nfailed {2}text\.h5: .*not an HDF5 file.*\none\.h5: SIZE, cannot be smaller\n3 files: SIZE freed, 2 failed\n$/,
    );
    expect(status).toBe(2);
  });

  itWith(bash)("leaves the file as it was where the disk is full", async () => {
    mkdirSync(at("full"));
    await makeHole(at("full/x.h5"));
    const before = readFileSync(at("full/x.h5"));
    const { stdout, status } = await inPipe(["compact", "full/x.h5"], { cwd: at(), fileBlocks: 200 });
    expect(stdout).toMatch(/^failed {2}full\/x\.h5: /);
    expect(status).toBe(2);
    expect(readFileSync(at("full/x.h5")).equals(before)).toBe(true);
    expect(readdirSync(at("full"))).toEqual(["x.h5"]);
  });

  test("leaves the file as it was when it is interrupted", async () => {
    mkdirSync(at("interrupted"));
    await makeHole(at("interrupted/x.h5"), 60_000);
    const before = readFileSync(at("interrupted/x.h5"));
    const running = start(["compact", "interrupted/x.h5"], { cwd: at() });
    while (readdirSync(at("interrupted")).length === 1) await setTimeout(5); // the copy is begun
    running.process.kill("SIGINT");
    expect(await running.ended).toEqual({
      stdout: "",
      stderr: "tvb-storage: interrupted; what was there is as it was\n",
      status: 130,
    });
    expect(readFileSync(at("interrupted/x.h5")).equals(before)).toBe(true);
    expect(readdirSync(at("interrupted"))).toEqual(["x.h5"]);
  });
});

describe("recover", () => {
  test("finds nothing to do in files that were closed", async () => {
    expect(await run("recover", "one.h5")).toEqual({
      stdout: "clean      one.h5: nothing was left\n",
      stderr: "",
      status: 0,
    });
  });

  test("removes what an incomplete commit has left, in a whole tree", async () => {
    mkdirSync(at("died/1"), { recursive: true });
    cpSync(at("one.h5"), at("died/1/x.h5"));
    cpSync(at("one.h5"), at("died/1/closed.h5"));
    truncateSync(at("died/1/x.h5"), statSync(at("one.h5")).size + 5000);
    expect(await run("recover", "died")).toEqual({
      stdout: `clean      died/1/closed.h5: nothing was left
discarded  died/1/x.h5: an incomplete commit was removed
2 files: 1 clean, 1 recovered, 0 failed
`,
      stderr: "",
      status: 0,
    });
    expect(readFileSync(at("died/1/x.h5")).equals(readFileSync(at("one.h5")))).toBe(true);
  });

  test("ends with 2 for what is missing", async () => {
    expect(await run("recover", "missing.h5", "--json")).toEqual({
      stdout:
        '{"files":1,"clean":0,"recovered":0,"failed":1,"others":0,"results":[{"file":"missing.h5","outcome":"failed","reason":"cannot read missing.h5: there is no such file or folder"}]}\n',
      stderr: "",
      status: 2,
    });
  });
});

describe("without permission", () => {
  itWith(linux, setpriv)("recover and compact end with 2, and leave the files as they are", async () => {
    mkdirSync(at("closed"), { mode: 0o755 });
    cpSync(at("one.h5"), at("closed/x.h5"));
    truncateSync(at("closed/x.h5"), statSync(at("one.h5")).size + 5000);
    execFileSync("chmod", ["755", tmpdir(), at()]);
    execFileSync("chmod", ["644", at("closed/x.h5")]);
    const before = readFileSync(at("closed/x.h5"));
    for (const command of ["recover", "compact"]) {
      const { stdout, status } = await inPipe([command, "closed"], { cwd: at(), withoutRights: true });
      expect(stdout).toMatch(/^failed +closed\/x\.h5: .*no permission.*\n/);
      expect(status).toBe(2);
    }
    expect(readFileSync(at("closed/x.h5")).equals(before)).toBe(true);
    expect(readdirSync(at("closed"))).toEqual(["x.h5"]);
  });
});

describeWith(h5py)("recover of a file with the mark of a writer that died", () => {
  test("clears the mark, after which verify finds no damage", async () => {
    runPython(
      "import os\nf = h5py.File(sys.argv[1], 'w', libver='latest')\nf['x'] = np.zeros(3)\nf.flush()\nos._exit(0)",
      at("marked.h5"),
    );
    expect(await run("verify", "marked.h5")).toMatchObject({ status: 1 });
    expect(await run("recover", "marked.h5")).toEqual({
      stdout: "unmarked   marked.h5: the mark of a writer that did not close the file was cleared\n",
      stderr: "",
      status: 0,
    });
    expect(await run("verify", "marked.h5")).toMatchObject({ stdout: "1 file: 1 sound\n", status: 0 });
  });
});
