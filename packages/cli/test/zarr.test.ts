import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { ZarrStorageManager } from "@tvb-storage/zarr-backend";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { inPipe, tvbStorage } from "./support/program.js";
import { zarrPlaces, zipped } from "./support/zarr-places.js";

// Every command on Zarr hierarchies, wherever they are.

const at = temporaryFolder("cli-zarr");
const places = zarrPlaces(() => at());
const ran = (...args: string[]) => tvbStorage(args, { cwd: at(), env: places.env });

const DONE = { stdout: "", stderr: "", status: 0 };
const GID = "0123456789abcdef0123456789abcdef";

const PLACES: Readonly<Record<string, () => string>> = {
  "a folder": () => "a.zarr",
  "a folder with a slash": () => "a.zarr/",
  "version 2": () => "two.zarr",
  "a folder of another name": () => "plain",
  "a ZIP archive": () => "a.zarr.zip",
  "an archive of another name": () => "a.zip",
  "a web server": () => `${places.web.url}/a.zarr`,
  "an archive on a web server": () => `${places.web.url}/a.zarr.zip`,
  "object storage": () => "s3://bucket/a.zarr",
};

beforeAll(async () => {
  const manager = new HDF5StorageManager(at("a.h5"));
  const data = Float64Array.from({ length: 12 }, (_, i) => i / 2);
  await manager.appendData({ dtype: "float64", shape: [4, 3], data }, "run/data", {
    growDimension: 0,
    chunks: [2, 3],
    compression: { gzip: 4, shuffle: true },
  });
  await manager.storeData(["left", "right"], "labels");
  await manager.setMetadata({ unit: "mV", rate: 512 }, "run/data");
  await manager.closeFile();
  await ran("convert", "a.h5", "a.zarr");
  await ran("convert", "a.h5", "two.zarr", "--zarr-format", "2");
  await ran("convert", "a.h5", "s3://bucket/a.zarr");
  cpSync(at("two.zarr"), at("plain"), { recursive: true });
  await zipped(at("a.zarr"), at("a.zarr.zip"));
  cpSync(at("a.zarr.zip"), at("a.zip"));
});

describe.each(Object.keys(PLACES))("a hierarchy in %s", (name) => {
  const path = () => PLACES[name]?.() ?? "";

  test("is listed", async () => {
    expect(await ran("ls", path())).toEqual({
      ...DONE,
      stdout: `\
PATH       TYPE     SHAPE   CHUNKS  FILTERS
/labels    string   (2,)    (2,)
/run       group
/run/data  float64  (4, 3)  (2, 3)  shuffle, gzip
`,
    });
    expect((await ran("ls", path(), "/run", "--tree")).stdout).toMatch(/└── data +float64/);
  });

  test("shows its values and metadata", async () => {
    expect(await ran("show", path(), "/run/data", "--select", "1:3")).toEqual({
      ...DONE,
      stdout: "[[1.5 2.  2.5]\n [3.  3.5 4. ]]\n",
    });
    expect((await ran("attrs", path(), "/run/data")).stdout).toMatch(/^rate +int64 +512\nunit +string +mV$/m);
  });

  test("is compared with an HDF5 file, chunks and filters too", async () => {
    expect(await ran("diff", "a.h5", path())).toEqual(DONE);
    expect(await ran("diff", path(), "a.h5", "/run", "--layout")).toEqual(DONE);
  });

  test("is verified, drawn, and converted to .npy", async () => {
    expect((await ran("verify", path())).stdout).toBe("1 file: 1 sound\n");
    expect((await ran("plot", path(), "/run/data", "-o", "x.svg", "--dry-run")).status).toBe(0);
    expect(await ran("convert", path(), "x.npy", "--dataset", "/labels", "--overwrite")).toEqual(DONE);
  });

  test("lacks nodes as a file does", async () => {
    const { stderr, status } = await ran("show", path(), "/run/none");
    expect(stderr).toMatch(/^tvb-storage: .*a|two|plain.* has no \/run\/none; the group \/run has "data"\n$/);
    expect(status).toBe(2);
  });
});

describe.each(["a folder", "version 2", "a folder of another name", "object storage"])(
  "a hierarchy in %s is changed",
  (name) => {
    const path = () => PLACES[name]?.() ?? "";

    test("by set and unset", async () => {
      expect(await ran("set", path(), "/run", "subject", "Patient 3")).toEqual(DONE);
      expect((await ran("attrs", path(), "/run")).stdout).toMatch(/^subject +string +Patient 3$/m);
      expect((await ran("unset", path(), "/run", "subject", "--dry-run")).stdout).toMatch(/^would remove/);
      expect(await ran("unset", path(), "/run", "subject")).toEqual(DONE);
      expect((await ran("attrs", path(), "/run")).stdout).not.toContain("subject");
    });

    test("by copy and remove, within it and from a file", async () => {
      expect(await ran("copy", path(), "/run", path(), "/again")).toEqual(DONE);
      expect(await ran("diff", "a.h5", path(), "/run")).toEqual(DONE);
      expect(await ran("copy", "a.h5", "/labels", path(), "/again/labels")).toEqual(DONE);
      const there = await ran("copy", "a.h5", "/labels", path(), "/again/labels", "--dry-run");
      expect(there.stderr).toContain("has /again/labels already");
      expect((await ran("remove", path(), "/again", "--dry-run")).stdout).toContain("2 datasets");
      expect(await ran("remove", path(), "/again")).toEqual(DONE);
      expect(await ran("diff", "a.h5", path())).toEqual(DONE);
    });

    test("by an array of numpy", async () => {
      await ran("convert", "a.h5", "n.npy", "--dataset", "/run/data", "--overwrite");
      expect(await ran("convert", "n.npy", path(), "--dataset", "/n", "--zstd", "3")).toEqual(DONE);
      expect((await ran("ls", path(), "/n")).stdout).toContain("zstd");
      expect(await ran("remove", path(), "/n")).toEqual(DONE);
    });
  },
);

describe.each(["a ZIP archive", "a web server", "an archive on a web server"])(
  "a hierarchy in %s is only read",
  (name) => {
    test.each([
      ["set", "/", "a", "1"],
      ["set", "/", "a", "1", "--dry-run"],
      ["unset", "/run/data", "unit", "--dry-run"],
      ["remove", "/run", "--dry-run"],
      ["remove", "/run"],
    ])("by %s %s", async (command, ...rest) => {
      const { stderr, status } = await ran(command, PLACES[name]?.() ?? "", ...rest);
      expect(stderr).toContain(
        "is only read: archives and web servers are not written; give a folder (a.zarr), or an address that is written",
      );
      expect(status).toBe(2);
    });

    test("by copy and convert", async () => {
      const path = PLACES[name]?.() ?? "";
      for (const args of [
        ["copy", "a.h5", "/run", path, "/x"],
        ["convert", "a.h5", path, "--overwrite"],
        ["convert", "a.h5", path, "--dry-run"],
      ])
        expect((await ran(...args)).stderr).toContain("is only read");
    });
  },
);

describe("what is not there, damaged, or closed", () => {
  test.each([
    [() => "none.zarr", "none.zarr: there is no such file"],
    [() => `${places.web.url}/none.zarr`, "there is no such file"],
    [() => `${places.web.url}/closed/a.zarr`, "may not be read: the server answers 403"],
    [() => "http://127.0.0.1:1/a.zarr", "cannot be read: fetch failed"],
    [() => "s3://bucket/none.zarr", "s3://bucket/none.zarr: there is no such file"],
    [() => "s3://other/a.zarr", "there is no bucket other at http://127.0.0.1:"],
    [() => "s3://bucket/a.h5", "is the address of an HDF5 file by its extension"],
    [() => "gs://bucket/a.zarr", "(addresses that are opened: http://, https://, s3://)"],
  ])(
    "is said in one line %#",
    async (path, reason) => {
      const { stdout, stderr, status } = await ran("ls", path());
      expect(stdout).toBe("");
      expect(stderr).toContain(reason);
      expect(stderr.trimEnd()).not.toContain("\n");
      expect(status).toBe(2);
    },
    20_000,
  );

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
    const { readFileSync } = await import("node:fs");
    return readFileSync(`${folder}/${report}`, "utf8").includes("/zarr-backend/");
  };
  expect(await loaded("a.h5")).toBe(false);
  expect(await loaded("a.zarr")).toBe(true);
});
