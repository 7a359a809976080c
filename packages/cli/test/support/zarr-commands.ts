import { cpSync } from "node:fs";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../test/support/temporary-folder.js";
import { type Ran, tvbStorage } from "./program.js";
import { type ZarrPlaces, zarrPlaces, zipped } from "./zarr-places.js";

// Rules of commands on Zarr hierarchies, for each place that they may be in.

export const DONE = { stdout: "", stderr: "", status: 0 };

type PlaceName =
  | "a folder"
  | "a folder with a slash"
  | "version 2"
  | "a folder of another name"
  | "a ZIP archive"
  | "an archive of another name"
  | "a web server"
  | "an archive on a web server"
  | "object storage";

export interface ZarrCommands {
  readonly at: (name?: string) => string;
  readonly places: ZarrPlaces;
  /** Runs `tvb-storage` in the folder. */
  readonly ran: (...args: string[]) => Promise<Ran>;
  /** What names the hierarchy in each place. */
  readonly paths: Readonly<Record<PlaceName, () => string>>;
}

/** A file `a.h5`, and copies of it in all places. */
export function zarrCommands(folder: string): ZarrCommands {
  const at = temporaryFolder(folder);
  const places = zarrPlaces(() => at());
  const ran = (...args: string[]) => tvbStorage(args, { cwd: at(), env: places.env });
  const paths: ZarrCommands["paths"] = {
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
  return { at, places, ran, paths };
}

/** Commands that read. */
export function describeReading({ ran, paths }: ZarrCommands, names: readonly PlaceName[]): void {
  describe.each(names)("a hierarchy in %s", (name) => {
    const path = () => paths[name]();

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
      expect((await ran("attrs", path(), "/run/data")).stdout).toMatch(
        /^rate +int64 +512\nunit +string +mV$/m,
      );
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
      expect(stderr).toMatch(
        /^tvb-storage: .*a|two|plain.* has no \/run\/none; the group \/run has "data"\n$/,
      );
      expect(status).toBe(2);
    });
  });
}

/** Commands that change metadata. */
export function describeMetadataChanges({ ran, paths }: ZarrCommands, names: readonly PlaceName[]): void {
  describe.each(names)("a hierarchy in %s is changed", (name) => {
    const path = () => paths[name]();

    test("by set and unset", async () => {
      expect(await ran("set", path(), "/run", "subject", "Patient 3")).toEqual(DONE);
      expect((await ran("attrs", path(), "/run")).stdout).toMatch(/^subject +string +Patient 3$/m);
      expect((await ran("unset", path(), "/run", "subject", "--dry-run")).stdout).toMatch(/^would remove/);
      expect(await ran("unset", path(), "/run", "subject")).toEqual(DONE);
      expect((await ran("attrs", path(), "/run")).stdout).not.toContain("subject");
    });
  });
}

/** Commands that change nodes. */
export function describeNodeChanges({ ran, paths }: ZarrCommands, names: readonly PlaceName[]): void {
  describe.each(names)("a hierarchy in %s is changed", (name) => {
    const path = () => paths[name]();

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
  });
}

/** Commands that would change what is only read. */
export function describeReadOnly({ ran, paths }: ZarrCommands, names: readonly PlaceName[]): void {
  describe.each(names)("a hierarchy in %s is only read", (name) => {
    test.each([
      ["set", "/", "a", "1"],
      ["set", "/", "a", "1", "--dry-run"],
      ["unset", "/run/data", "unit", "--dry-run"],
      ["remove", "/run", "--dry-run"],
      ["remove", "/run"],
    ])("by %s %s", async (command, ...rest) => {
      const { stderr, status } = await ran(command, paths[name](), ...rest);
      expect(stderr).toContain(
        "is only read: archives and web servers are not written; give a folder (a.zarr), or an address that is written",
      );
      expect(status).toBe(2);
    });

    test("by copy and convert", async () => {
      const path = paths[name]();
      for (const args of [
        ["copy", "a.h5", "/run", path, "/x"],
        ["convert", "a.h5", path, "--overwrite"],
        ["convert", "a.h5", path, "--dry-run"],
      ])
        expect((await ran(...args)).stderr).toContain("is only read");
    });
  });
}
