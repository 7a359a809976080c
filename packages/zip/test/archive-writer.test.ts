import { FileStructureException, isTVBException } from "@tvb-storage/errors";
import { withFile } from "@tvb-storage/files";
import { interceptFs } from "@tvb-storage/testkit";
import { expect, it } from "vitest";
import { itWith, linux } from "../../../test/support/judges.js";
import { TvbZip, type ZipOptions } from "../src/index.js";
import { describeOnBoth, diskWorld, harvest, plant, type World } from "./support/world.js";

const project = {
  "proj/Project.xml": "<tvb_data/>",
  "proj/1/x.h5": "hdf",
  "proj/1/TEMP/scratch": "gone",
  "proj/TEMP/cache.h5": "gone too",
  "proj/empty/": "",
};

async function archive(
  place: World,
  fill: (zip: TvbZip) => Promise<void>,
  options: ZipOptions = {},
): Promise<void> {
  const zip = await TvbZip.open(`${place.root}/a.zip`, "w", { fs: place.fs, ...options });
  await fill(zip);
  await zip.close();
}

async function names({ fs, root }: World): Promise<string[]> {
  const zip = await TvbZip.open(`${root}/a.zip`, "r", { fs });
  await zip.close();
  return zip.namelist();
}

async function contents({ fs, root }: World): Promise<Record<string, string>> {
  const zip = await TvbZip.open(`${root}/a.zip`, "r", { fs });
  await zip.unpackZip(`${root}/unpacked`);
  await zip.close();
  return harvest(fs, `${root}/unpacked`);
}

describeOnBoth("writing an archive", (world) => {
  it("stores the files of a folder, without what is excluded at any depth", async () => {
    const place = world();
    plant(place, project);
    await archive(place, (zip) => zip.writeZipFolder(`${place.root}/proj`, ["TEMP"]));
    expect(await names(place)).toEqual(["Project.xml", "1/x.h5"]);
    expect(await contents(place)).toEqual({ "Project.xml": "<tvb_data/>", "1/x.h5": "hdf" });
  });

  it("stores them below the folder's own name with needParentFolder", async () => {
    const place = world();
    plant(place, project);
    await archive(place, (zip) => zip.writeZipFolder(`${place.root}/proj/`, ["TEMP"], true));
    expect(await names(place)).toEqual(["proj/Project.xml", "proj/1/x.h5"]);
  });

  it("excludes files by name too, and names that only contain the excluded one stay", async () => {
    const place = world();
    plant(place, { "p/a.txt": "", "p/b/a.txt": "", "p/b/aa.txt": "", "p/TEMPORARY/c": "" });
    await archive(place, (zip) => zip.writeZipFolder(`${place.root}/p`, ["a.txt", "TEMP"]));
    expect(await names(place)).toEqual(["TEMPORARY/c", "b/aa.txt"]);
  });

  it("excludes the journal and temporary files of a dead writer by their whole names", async () => {
    const place = world();
    plant(place, { "p/x.h5": "", "p/x.h5.journal": "", "p/1/x.h5.partial": "", "p/1/y.h5": "" });
    await archive(place, (zip) => zip.writeZipFolder(`${place.root}/p`, ["x.h5.journal", "x.h5.partial"]));
    expect(await names(place)).toEqual(["x.h5", "1/y.h5"]);
  });

  it("stores several folders, each below its own name", async () => {
    const place = world();
    plant(place, { "x/1/a": "1", "y/2/a": "2", "y/2/TEMP": "3" });
    await archive(place, (zip) => zip.writeZipFolders([`${place.root}/x/1`, `${place.root}/y/2`], ["TEMP"]));
    expect(await names(place)).toEqual(["1/a", "2/a"]);
  });

  it("refuses folders of the same name, also of another case", async () => {
    const place = world();
    const { root, fs } = place;
    plant(place, { "x/Same/a": "1", "y/same/a": "2", "z/Same/b": "3" });
    const zip = await TvbZip.open(`${root}/a.zip`, "w", { fs });
    await expect(zip.writeZipFolders([`${root}/x/Same`, `${root}/y/same`])).rejects.toThrow(/same name/);
    await expect(zip.writeZipFolders([`${root}/x/Same`, `${root}/z/Same`])).rejects.toThrow(
      FileStructureException,
    );
    await zip.close();
    expect(fs.readdirSync(root).sort()).toEqual(["x", "y", "z"]);
  });

  it("does not appear where all calls were refused, and an existing file stays", async () => {
    const place = world();
    const { root, fs } = place;
    plant(place, { "a.zip": "old" });
    for (const name of ["a.zip", "new.zip"]) {
      const zip = await TvbZip.open(`${root}/${name}`, "w", { fs });
      await expect(zip.writeZipFolder(`${root}/missing`)).rejects.toThrow(/expected a folder, found nothing/);
      await expect(zip.close()).resolves.toBeUndefined();
      await expect(zip.close()).resolves.toBeUndefined();
      await expect(zip.write(`${root}/a.zip`)).rejects.toThrow(/is closed/);
    }
    expect(fs.readFileSync(`${root}/a.zip`, "utf8")).toBe("old");
    expect(fs.readdirSync(root)).toEqual(["a.zip"]);
  });

  it("appears empty where only an empty folder was added", async () => {
    const place = world();
    plant(place, { "p/": "" });
    await archive(place, (zip) => zip.writeZipFolder(`${place.root}/p`));
    expect(await names(place)).toEqual([]);
  });

  it("is discarded by Symbol.asyncDispose after a refused call, for callers without `await using`", async () => {
    const place = world();
    const { root, fs } = place;
    plant(place, { file: "x", "a.zip": "old" });
    const zip = await TvbZip.open(`${root}/a.zip`, "w", { fs });
    await zip.write(`${root}/file`);
    await expect(zip.write(`${root}/missing`)).rejects.toThrow(/no such file/);
    await zip[Symbol.asyncDispose]();
    expect(fs.readFileSync(`${root}/a.zip`, "utf8")).toBe("old");
    expect(fs.readdirSync(root).sort()).toEqual(["a.zip", "file"]);
  });

  it("packs a folder and one within it in one call", async () => {
    const place = world();
    plant(place, { "x/in/a": "1" });
    await withFile(place.fs, `${place.root}/x/in/a`, async (slot) => {
      slot.open = { release: async () => undefined };
    });
    await archive(place, (zip) => zip.writeZipFolders([`${place.root}/x/in`, `${place.root}/x`]));
    expect(await names(place)).toEqual(["in/a", "x/in/a"]);
  });

  it("stores single files, under their own name or a given one", async () => {
    const place = world();
    plant(place, { "d/a.txt": "text" });
    await archive(place, async (zip) => {
      await zip.write(`${place.root}/d/a.txt`);
      await zip.write(`${place.root}/d/a.txt`, "other/b.txt");
      expect(zip.namelist()).toEqual(["a.txt", "other/b.txt"]);
    });
    expect(await contents(place)).toEqual({ "a.txt": "text", "other/b.txt": "text" });
  });

  it("keeps the order of calls that do not wait for each other, and close waits for them", async () => {
    const place = world();
    plant(place, { "big/x": Buffer.alloc(2_000_000, 1), small: "s" });
    const zip = await TvbZip.open(`${place.root}/a.zip`, "w", { fs: place.fs });
    const calls = [zip.writeZipFolder(`${place.root}/big`), zip.write(`${place.root}/small`)];
    await zip.close();
    await Promise.all(calls);
    expect(await names(place)).toEqual(["x", "small"]);
  });

  it("appears under its name only when it is closed, and replaces an existing file", async () => {
    const place = world();
    const { root, fs } = place;
    plant(place, { file: "new", "a.zip": "old" });
    const zip = await TvbZip.open(`${root}/a.zip`, "w", { fs });
    await zip.write(`${root}/file`);
    expect(fs.readFileSync(`${root}/a.zip`, "utf8")).toBe("old");
    await zip.close();
    await zip.close();
    expect(await names(place)).toEqual(["file"]);
    expect(fs.readdirSync(root).sort()).toEqual(["a.zip", "file"]);
  });

  it("does not contain the one being written, however long its name", async () => {
    const place = world();
    const { root, fs } = place;
    plant(place, { "p/a": "x" });
    const zip = await TvbZip.open(`${root}/p/${"b".repeat(100)}.zip`, "w", { fs });
    await zip.writeZipFolder(`${root}/p`);
    expect(zip.namelist()).toEqual(["a"]);
    await zip.close();
  });

  it("never contains itself: not the old file, not the one being written", async () => {
    const place = world();
    const { root, fs } = place;
    plant(place, { "p/a": "x", "p/sub/a.zip": "another", "p/a.zip": "old" });
    const zip = await TvbZip.open(`${root}/p/a.zip`, "w", { fs });
    await zip.writeZipFolder(`${root}/p`);
    expect(zip.namelist()).toEqual(["a", "sub/a.zip"]);
    await expect(zip.write(`${root}/p/a.zip`)).rejects.toThrow(/into itself/);
    await zip.close();
  });

  it("refuses names that are taken or that could not be unpacked, and goes on", async () => {
    const place = world();
    const { root, fs } = place;
    plant(place, { file: "x" });
    const zip = await TvbZip.open(`${root}/a.zip`, "w", { fs });
    await zip.write(`${root}/file`, "d/a.txt");
    for (const name of [
      "d/a.txt",
      "D/a.txt",
      "d",
      "d/a.txt/b",
      "../a",
      "/a",
      "C:a",
      "a\\b",
      "a\0",
      "",
      "a/",
      "./a",
      "a//b",
    ]) {
      await expect(zip.write(`${root}/file`, name), name).rejects.toThrow(FileStructureException);
    }
    await zip.write(`${root}/file`, "d/b.txt");
    await zip.close();
    expect(await names(place)).toEqual(["d/a.txt", "d/b.txt"]);
  });

  it("refuses half of a surrogate pair in a name, which would be written as U+FFFD", async () => {
    const place = world();
    const { root } = place;
    plant(place, { file: "x" });
    await archive(place, async (zip) => {
      for (const name of ["\ud800", "a\udfff/b", "caf\udce9", "\udc00\ud800"])
        await expect(zip.write(`${root}/file`, name)).rejects.toThrow(/has half of a surrogate pair/);
      await zip.write(`${root}/file`, "\ud83e\udde0");
    });
    expect(await names(place)).toEqual(["🧠"]);
  });

  itWith(linux)("refuses a file whose name is not UTF-8, and can leave it out", async () => {
    const place = diskWorld();
    const { root, fs } = place;
    plant(place, { "p/a": "x" });
    fs.writeFileSync(Buffer.concat([Buffer.from(`${root}/p/caf`), Buffer.from([0xe9])]), "");
    const zip = await TvbZip.open(`${root}/a.zip`, "w", { fs });
    await expect(zip.writeZipFolder(`${root}/p`)).rejects.toThrow(/"caf\\udce9".*bytes that are not UTF-8/);
    await zip.writeZipFolder(`${root}/p`, ["caf\udce9"]);
    await zip.close();
    expect(await names(place)).toEqual(["a"]);
  });

  it("refuses what is missing or of another kind, by name", async () => {
    const place = world();
    const { root, fs } = place;
    plant(place, { file: "x", "d/": "" });
    const zip = await TvbZip.open(`${root}/a.zip`, "w", { fs });
    await expect(zip.write(`${root}/missing`)).rejects.toThrow(`${root}/missing: no such file`);
    await expect(zip.write(`${root}/d`)).rejects.toThrow(/use writeZipFolder/);
    await expect(zip.writeZipFolder(`${root}/missing`)).rejects.toThrow(/expected a folder, found nothing/);
    await expect(zip.writeZipFolder(`${root}/file`)).rejects.toThrow(/expected a folder, found a file/);
    await expect(zip.unpackZip(`${root}/out`)).rejects.toThrow(/is being written/);
    await expect(zip.open("x")).rejects.toThrow(/is being written/);
    await zip.close();
    await expect(zip.write(`${root}/file`)).rejects.toThrow(/is closed/);
  });

  it("names the folder that it may not read", async () => {
    const place = world();
    plant(place, { "p/1/a.h5": "a" });
    const { root } = place;
    const readdir = async (path: string, options: object) => {
      if (path.endsWith("/1")) throw Object.assign(new Error("EACCES"), { code: "EACCES" });
      return place.fs.promises.readdir(path, options as never); // as it was called
    };
    const promises = new Proxy(place.fs.promises, {
      get: (target, name) => (name === "readdir" ? readdir : Reflect.get(target, name, target)),
    });
    const fs = new Proxy(place.fs, {
      get: (target, name) => (name === "promises" ? promises : Reflect.get(target, name, target)),
    });
    const zip = await TvbZip.open(`${root}/p.zip`, "w", { fs });
    await expect(zip.writeZipFolder(`${root}/p`)).rejects.toThrow(
      `cannot archive the folder ${root}/p/1: no permission (EACCES)`,
    );
    await zip.close();
  });

  it("cannot be created in a missing folder or in place of a folder", async () => {
    const { root, fs } = world();
    await expect(TvbZip.open(`${root}/no/a.zip`, "w", { fs })).rejects.toThrow(
      /there is no folder .*\/no; create it first/,
    );
    fs.mkdirSync(`${root}/d`);
    await expect(TvbZip.open(`${root}/d`, "w", { fs })).rejects.toThrow(/a folder is there already/);
    expect(fs.readdirSync(root)).toEqual(["d"]);
  });

  it("contains data that this process had only buffered for a file in the folder", async () => {
    const place = world();
    const { root, fs } = place;
    plant(place, { "p/open.h5": "old" });
    await withFile(fs, `${root}/p/open.h5`, async (slot) => {
      slot.open = { release: async () => fs.writeFileSync(`${root}/p/open.h5`, "flushed") };
    });
    await archive(place, (zip) => zip.writeZipFolder(`${root}/p`));
    expect(await contents(place)).toEqual({ "open.h5": "flushed" });
  });

  it("stores a link to a file within the folder as that file, and refuses links that lead elsewhere", async () => {
    const place = world();
    const { root, fs } = place;
    plant(place, { "p/real": "data", secret: "outside", "p/d/x": "" });
    fs.symlinkSync(`${root}/p/real`, `${root}/p/alias`);
    await archive(place, (zip) => zip.writeZipFolder(`${root}/p`));
    expect(await contents(place)).toEqual({ real: "data", alias: "data", "d/x": "" });
    for (const [link, target] of [
      ["out", `${root}/secret`],
      ["nowhere", `${root}/p/none`],
      ["folder", `${root}/p/d`],
    ] as const) {
      fs.symlinkSync(target, `${root}/p/${link}`);
      const zip = await TvbZip.open(`${root}/b.zip`, "w", { fs });
      await expect(zip.writeZipFolder(`${root}/p`)).rejects.toThrow(
        new RegExp(`link ${root}/p/${link}: .*exclude`),
      );
      await zip.writeZipFolder(`${root}/p`, [link]);
      expect(zip.namelist()).toContain("alias");
      await zip.close();
      fs.unlinkSync(`${root}/p/${link}`);
    }
  });

  it("is the same byte for byte when it is deterministic, for any times and order of creation", async () => {
    const [first, second] = [world(), world()];
    plant(first, { "p/b": "2", "p/a/x": "1", "p/a-b": "3" });
    plant(second, { "p/a-b": "3", "p/a/x": "1", "p/b": "2" });
    second.fs.utimesSync(`${second.root}/p/b`, 1e9, 1e9);
    for (const place of [first, second])
      await archive(place, (zip) => zip.writeZipFolder(`${place.root}/p`), { deterministic: true });
    expect(await names(first)).toEqual(["a-b", "a/x", "b"]);
    expect(
      Buffer.from(first.fs.readFileSync(`${first.root}/a.zip`)).equals(
        Buffer.from(second.fs.readFileSync(`${second.root}/a.zip`)),
      ),
    ).toBe(true);
  });

  it("keeps modes and times, also those beyond 2038", async () => {
    const place = world();
    const { root, fs } = place;
    plant(place, { "p/a": "", "p/b": "", "p/future": "" });
    fs.chmodSync(`${root}/p/a`, 0o600);
    fs.chmodSync(`${root}/p/b`, 0o777);
    fs.utimesSync(`${root}/p/a`, 1_000_000_001, 1_000_000_001);
    fs.utimesSync(`${root}/p/future`, new Date(2050, 1, 1), new Date(2050, 1, 1));
    await archive(place, (zip) => zip.writeZipFolder(`${root}/p`));
    await contents(place);
    const seconds = (name: string) => Number(fs.statSync(`${root}/unpacked/${name}`).mtimeMs) / 1000;
    const mode = (name: string) => Number(fs.statSync(`${root}/unpacked/${name}`).mode) & 0o777;
    expect([mode("a"), mode("b")]).toEqual([0o600, 0o777]);
    expect(seconds("a")).toBe(1_000_000_001);
    expect(seconds("future")).toBe(new Date(2050, 1, 1).getTime() / 1000);
  });

  it("keeps times that the format's own field cannot hold, and never the current time instead", async () => {
    const dates = [
      "1700-03-01",
      "1925-05-05",
      "1969-12-31",
      "1975-06-07",
      "2037-01-01",
      "2107-12-31",
      "2108-01-01",
      "2200-02-02",
    ];
    const place = world();
    const { root, fs } = place;
    for (const date of dates) {
      plant(place, { [`p/${date}`]: "" });
      fs.utimesSync(`${root}/p/${date}`, new Date(`${date}T12:34:56Z`), new Date(`${date}T12:34:56Z`));
    }
    // What the disk made of them: ext4 knows no time before 1901.
    const times = () => dates.map((date) => fs.statSync(`${root}/p/${date}`).mtime.toISOString());
    const expected = times();
    expect(expected.slice(1)).toEqual(dates.slice(1).map((date) => `${date}T12:34:56.000Z`));
    await archive(place, (zip) => zip.writeZipFolder(`${root}/p`));
    const zip = await TvbZip.open(`${root}/a.zip`, "r", { fs });
    await zip.unpackZip(`${root}/out`);
    await zip.close();
    fs.renameSync(`${root}/p`, `${root}/old`);
    fs.renameSync(`${root}/out`, `${root}/p`);
    expect(times()).toEqual(expected);
  });

  it("is not written where a file changes meanwhile, even where its size stays", async () => {
    for (const size of [5, 17_000_000]) {
      const place = world();
      const { root, fs } = place;
      plant(place, { "p/a": "first", "p/b": Buffer.alloc(size, "old") });
      fs.utimesSync(`${root}/p/b`, 1e9, 1e9);
      const writer = interceptFs(fs, {
        before: ({ kind, path, handle }) => {
          if (kind !== "read" || handle === undefined || path !== `${root}/p/b`) return undefined;
          const fd = fs.openSync(`${root}/p/b`, "r+");
          fs.writeSync(fd, Buffer.from("new"), 0, 3, 0);
          fs.closeSync(fd);
          return undefined;
        },
      });
      const zip = await TvbZip.open(`${root}/a.zip`, "w", { fs: writer, level: 1 });
      await expect(zip.writeZipFolder(`${root}/p`)).rejects.toThrow(
        /p\/b: it was changed or replaced meanwhile/,
      );
      await expect(zip.close()).rejects.toThrow(/earlier call failed/);
      expect(fs.readdirSync(root)).toEqual(["p"]);
    }
  });

  it("reports its progress in bytes, over all calls", async () => {
    const place = world();
    plant(place, { "p/a": "1234", "p/b": "123456", c: "12" });
    const steps: [number, number][] = [];
    await archive(
      place,
      async (zip) => {
        await zip.writeZipFolder(`${place.root}/p`);
        await zip.write(`${place.root}/c`);
      },
      { onProgress: (done, total) => steps.push([done, total]) },
    );
    expect(steps).toEqual([
      [4, 10],
      [10, 10],
      [12, 12],
    ]);
  });

  it("is not written where a signal ends it, and an existing file stays", async () => {
    const place = world();
    const { root, fs } = place;
    plant(place, { "p/a": Buffer.alloc(20_000_000, 1), "p/b": Buffer.alloc(20_000_000, 2), "a.zip": "old" });
    const stop = new AbortController();
    const zip = await TvbZip.open(`${root}/a.zip`, "w", {
      fs,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error("enough")),
    });
    const error: unknown = await zip.writeZipFolder(`${root}/p`).catch((thrown: unknown) => thrown);
    expect(isTVBException(error, "FILE_STORAGE")).toBe(true);
    expect(String(error)).toMatch(/cancelled by its signal/);
    await expect(zip.close()).rejects.toThrow(/is not written, because an earlier call failed/);
    expect(fs.readFileSync(`${root}/a.zip`, "utf8")).toBe("old");
    expect(fs.readdirSync(root).sort()).toEqual(["a.zip", "p"]);
    await expect(TvbZip.open(`${root}/b.zip`, "w", { fs, signal: stop.signal })).rejects.toThrow(/cancelled/);
  });

  it("is written at the end of its block, and discarded where an exception leaves the block", async () => {
    const place = world();
    const { root, fs } = place;
    plant(place, { file: "x" });
    {
      await using zip = await TvbZip.open(`${root}/a.zip`, "w", { fs });
      await zip.write(`${root}/file`);
    }
    expect(await names(place)).toEqual(["file"]);
    const attempt = async () => {
      await using zip = await TvbZip.open(`${root}/a.zip`, "w", { fs });
      await zip.write(`${root}/missing`);
    };
    await expect(attempt()).rejects.toThrow(/no such file/);
    expect(await names(place)).toEqual(["file"]);
    expect(fs.readdirSync(root).sort()).toEqual(["a.zip", "file"]);
  });
});
