import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { ZarrStorageManager } from "@tvb-storage/zarr-backend";
import { beforeAll, describe, expect, test } from "vitest";
import { inPipe, tvbStorage } from "./support/program.js";
import {
  DONE,
  describeMetadataChanges,
  describeNodeChanges,
  describeReading,
  describeReadOnly,
  zarrCommands,
} from "./support/zarr-commands.js";

// Commands on Zarr hierarchies; every one in every place is in zarr.deep.test.ts.

const commands = zarrCommands("cli-zarr");
const { at, places, ran } = commands;

const GID = "0123456789abcdef0123456789abcdef";

describeReading(commands, ["a folder", "a ZIP archive", "a web server", "object storage"]);
describeMetadataChanges(commands, ["version 2", "object storage"]);
describeNodeChanges(commands, ["a folder of another name"]);
describeReadOnly(commands, ["a web server"]);

describe("what is not there, damaged, or closed", () => {
  test.each([
    [() => "none.zarr", "none.zarr: there is no such file"],
    [() => `${places.web.url}/none.zarr`, "there is no such file"],
    [() => `${places.web.url}/closed/a.zarr`, "may not be read: the server answers 403"],
    [() => "s3://bucket/none.zarr", "s3://bucket/none.zarr: there is no such file"],
    [() => "s3://other/a.zarr", "there is no bucket other at http://127.0.0.1:"],
    [() => "s3://bucket/a.h5", "is the address of an HDF5 file by its extension"],
    [() => "gs://bucket/a.zarr", "(addresses that are opened: http://, https://, s3://)"],
  ])("is said in one line %#", async (path, reason) => {
    const { stdout, stderr, status } = await ran("ls", path());
    expect(stdout).toBe("");
    expect(stderr).toContain(reason);
    expect(stderr.trimEnd()).not.toContain("\n");
    expect(status).toBe(2);
  });

  test("is credentials, an endpoint, or a bucket that is not public", async () => {
    const without = await tvbStorage(["ls", "s3://bucket/a.zarr", "--endpoint", places.s3.url]);
    expect(without.stderr).toBe(
      "tvb-storage: there are no credentials for S3: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; --anonymous reads a public bucket\n",
    );
    const anonymous = await ran("ls", "s3://bucket/a.zarr", "--anonymous");
    expect(anonymous.stderr).toContain("give credentials instead of --anonymous");
    const { AWS_ENDPOINT_URL: _, ...env } = places.env;
    const given = await tvbStorage(["ls", "--endpoint", places.s3.url, "s3://bucket/a.zarr"], { env });
    expect(given.status).toBe(0);
  });

  test("is found by verify, chunk by chunk", async () => {
    cpSync(at("a.zarr"), at("cut/a.zarr"), { recursive: true });
    writeFileSync(at("cut/a.zarr/run/data/c/1/0"), "short");
    rmSync(at("cut/a.zarr/labels/c/0"));
    cpSync(at("a.zarr"), at("cut/b.zarr"), { recursive: true });
    writeFileSync(at("cut/b.zarr/zarr.json"), "{");
    mkdirSync(at("cut/c.zarr"));
    writeFileSync(at("cut/c.zarr/note.txt"), "a");
    const { stdout, status } = await ran("verify", "cut");
    expect(stdout).toMatch(/^damage {4}cut\/a\.zarr: \/labels: .*is missing/m);
    expect(stdout).toMatch(/^damage {4}cut\/a\.zarr: \/run\/data: /m);
    expect(stdout).toMatch(/^damage {4}cut\/b\.zarr: .*zarr\.json cannot be read/m);
    expect(stdout).toMatch(/^damage {4}cut\/c\.zarr: .*it has no metadata of a Zarr hierarchy/m);
    expect(stdout).toContain("3 files: 0 sound, 3 damaged\n");
    expect(status).toBe(1);
  });

  test("is no damage where a server fails", async () => {
    const { stdout, status } = await ran("verify", `${places.web.url}/closed/a.zarr`, "none.zarr");
    expect(stdout).toMatch(/^unopened {2}http.*403/m);
    expect(stdout).toMatch(/^unopened {2}none\.zarr/m);
    expect(status).toBe(2);
  });
});

describe("what a writer that died has left", () => {
  test("is removed by recover, which leaves what others have put there", async () => {
    cpSync(at("a.zarr"), at("left/a.zarr"), { recursive: true });
    mkdirSync(at("left/a.zarr/.tvb/00000000-0000-4000-8000-000000000000/c"), { recursive: true });
    writeFileSync(at("left/a.zarr/.tvb/00000000-0000-4000-8000-000000000000/c/0"), "staged");
    writeFileSync(at("left/a.zarr/run/data/c/9"), "beyond");
    writeFileSync(at("left/a.zarr/note.txt"), "of another program");
    expect(await ran("recover", "left", "a.h5")).toEqual({
      ...DONE,
      stdout: `\
swept      left/a.zarr: what writers that died had left was removed (2 objects, 12 B)
clean      a.h5: nothing was left
2 files: 1 clean, 1 recovered, 0 failed
`,
    });
    expect((await ran("recover", "left")).stdout).toBe("clean      left/a.zarr: nothing was left\n");
    expect(readdirSync(at("left/a.zarr"))).toEqual(["labels", "note.txt", "run", "zarr.json"]);
    expect(await ran("diff", "a.h5", "left/a.zarr")).toEqual(DONE);
  });

  test("cannot be removed where it is only read, or where nothing is", async () => {
    const { stdout, status } = await ran("recover", `${places.web.url}/a.zarr`, "s3://bucket/none.zarr");
    expect(stdout).toMatch(/^failed +http.* is only read/m);
    expect(stdout).toMatch(/^failed +s3:\/\/bucket\/none\.zarr: .*there is no such file/m);
    expect(status).toBe(2);
  });

  test("is all that could be freed: compact refuses a hierarchy", async () => {
    const { stdout, status } = await ran("compact", "a.zarr");
    expect(stdout).toBe(
      "failed  a.zarr: what is removed from a Zarr hierarchy is deleted at once, so nothing is free in it\n",
    );
    expect(status).toBe(2);
  });
});

describe("a project with hierarchies", () => {
  beforeAll(async () => {
    for (const [root, value] of [
      ["one", 1],
      ["other", 2],
    ] as const) {
      const operation = at(`${root}/PROJECTS/P/7`);
      mkdirSync(operation, { recursive: true });
      writeFileSync(
        at(`${root}/PROJECTS/P/Project.xml`),
        `<?xml version="1.0" ?><tvb_data Data_version="5"><name>P</name></tvb_data>`,
      );
      const manager = new ZarrStorageManager(`${operation}/TimeSeries_${GID}.zarr`);
      await manager.storeData([value, 2], "data");
      await manager.setMetadata({ gid: `urn:uuid:${GID}`, type: "tvb.TimeSeries" });
    }
  });

  test("is listed with them, and their sizes", async () => {
    const { stdout } = await ran("ls", "one/PROJECTS/P");
    expect(stdout).toMatch(
      new RegExp(`^7/TimeSeries_${GID}\\.zarr +TimeSeries +${GID} +[\\d.]+ KiB +/data \\(2,\\)$`, "m"),
    );
    expect((await ran("projects", "one", "--json")).stdout).toContain('"datatypes": 1');
  });

  test("is compared by what is in them", async () => {
    const { stdout, status } = await ran("diff", "one", "other", "-n", "1");
    expect(stdout).toBe(
      `PROJECTS/P/7/TimeSeries_${GID}.zarr /data: 1 of 2 values differ, by 1 at most, relative 0.5\n    [0]  1.0  2.0\n`,
    );
    expect(status).toBe(1);
  });

  test("has a datatype that is exported alone, and imported", async () => {
    const datatype = `one/PROJECTS/P/7/TimeSeries_${GID}.zarr`;
    expect((await ran("export", datatype, "alone.zip")).stderr).toContain("the export is a .zarr file");
    expect((await ran("export", datatype, "alone.zarr")).status).toBe(0);
    expect(await ran("diff", datatype, "alone.zarr")).toEqual(DONE);
  });

  test("is exported, and imported elsewhere", async () => {
    expect((await ran("export", "one/PROJECTS/P", "P.zip")).status).toBe(0);
    expect((await ran("import", "P.zip", "--root", "third")).status).toBe(0);
    expect(await ran("diff", "one/PROJECTS/P", "third/PROJECTS/P")).toEqual(DONE);
  });
});

test("the nodes of a hierarchy in a folder are completed, by its name or its content", async () => {
  for (const path of ["a.zarr", "plain"])
    expect((await ran("complete", "--", "show", path, "/run/")).stdout).toBe("/run/data\tfloat64\n:4\n");
  expect((await ran("complete", "--", "show", "s3://bucket/a.zarr", "/")).stdout).toBe(":4\n");
});

test("a command on an HDF5 file does not load what is for Zarr", async () => {
  const loaded = async (path: string): Promise<boolean> => {
    const folder = at(`coverage-${path}`);
    const { status } = await inPipe(["ls", path], { cwd: at(), env: { NODE_V8_COVERAGE: folder } });
    expect(status).toBe(0);
    const [report = ""] = readdirSync(folder);
    return readFileSync(`${folder}/${report}`, "utf8").includes("/zarr-backend/");
  };
  expect(await loaded("a.h5")).toBe(false);
  expect(await loaded("a.zarr")).toBe(true);
});
