import { FileStructureException, isTVBException } from "@tvb-storage/errors";
import { withFile } from "@tvb-storage/files";
import { interceptFs } from "@tvb-storage/testkit";
import { expect, it, vi } from "vitest";
import { TvbZip, type UnpackOptions, type ZipOptions } from "../src/index.js";
import { type RawEntry, rawZip } from "./support/raw-zip.js";
import { describeOnBoth, harvest, plant, type World } from "./support/world.js";

const entries: RawEntry[] = [
  { name: "a.txt", data: "new a" },
  { name: "d/b.txt", data: "new b" },
];

async function unpack(
  place: World,
  folder: string,
  options?: UnpackOptions,
  opening?: ZipOptions,
): Promise<string[]> {
  const zip = await TvbZip.open(`${place.root}/a.zip`, "r", { fs: place.fs, ...opening });
  try {
    return await zip.unpackZip(folder, options);
  } finally {
    await zip.close();
  }
}

describeOnBoth("unpacking an archive", (world) => {
  it("returns the paths of the files, each the folder as given and the name", async () => {
    const place = world();
    plant(place, { "a.zip": rawZip([{ name: "e/" }, ...entries, { name: "./d//c", data: "" }]) });
    expect(await unpack(place, `${place.root}/out/`)).toEqual([
      `${place.root}/out/a.txt`,
      `${place.root}/out/d/b.txt`,
      `${place.root}/out/d/c`,
    ]);
  });

  it("creates the folder and its parents", async () => {
    const place = world();
    plant(place, { "a.zip": rawZip(entries) });
    await unpack(place, `${place.root}/x/y/out`);
    expect(harvest(place.fs, `${place.root}/x`)).toEqual({
      "y/out/a.txt": "new a",
      "y/out/d/b.txt": "new b",
    });
  });

  it("keeps the mode of an empty folder", async () => {
    const place = world();
    const { fs, root } = place;
    plant(place, { "a.zip": rawZip(entries), "out/": "" });
    fs.chmodSync(`${root}/out`, 0o700);
    await unpack(place, `${root}/out`);
    expect(fs.statSync(`${root}/out`).mode & 0o777).toBe(0o700);
    expect(fs.readdirSync(root).sort()).toEqual(["a.zip", "out"]);
  });

  it("gives files the modes and times of the archive, and no others", async () => {
    const place = world();
    const { fs, root } = place;
    plant(place, {
      "a.zip": rawZip([
        { name: "private", mode: 0o100600 },
        { name: "open", mode: 0o100777 },
        { name: "setuid", mode: 0o104755 },
        { name: "dos", mode: 0o100777, host: 0 },
      ]),
    });
    await unpack(place, `${root}/out`);
    const mode = (name: string) => (fs.statSync(`${root}/out/${name}`).mode & 0o7777).toString(8);
    expect([mode("private"), mode("open"), mode("setuid"), mode("dos")]).toEqual([
      "600",
      "777",
      "755",
      "644",
    ]);
    expect(fs.statSync(`${root}/out/open`).mtimeMs).toBe(new Date(2020, 4, 17, 10, 20, 30).getTime());
  });

  it("adds to a filled folder where nothing is in the way", async () => {
    const place = world();
    plant(place, { "a.zip": rawZip(entries), "out/mine": "mine", "out/d/other": "other" });
    await unpack(place, `${place.root}/out`);
    expect(harvest(place.fs, place.root)).toMatchObject({
      "out/mine": "mine",
      "out/a.txt": "new a",
      "out/d/other": "other",
      "out/d/b.txt": "new b",
    });
    expect(place.fs.readdirSync(place.root).sort()).toEqual(["a.zip", "out"]);
  });

  it("refuses a file that exists before anything is written, and replaces it with overwrite", async () => {
    const place = world();
    plant(place, { "a.zip": rawZip(entries), "out/d/b.txt": "old b" });
    await expect(unpack(place, `${place.root}/out`)).rejects.toThrow(
      /d\/b.txt is there already; pass \{ overwrite: true \}/,
    );
    expect(harvest(place.fs, `${place.root}/out`)).toEqual({ "d/b.txt": "old b" });
    await unpack(place, `${place.root}/out`, { overwrite: true });
    expect(harvest(place.fs, `${place.root}/out`)).toEqual({ "a.txt": "new a", "d/b.txt": "new b" });
    expect(place.fs.readdirSync(place.root).sort()).toEqual(["a.zip", "out"]);
  });

  it("replaces no folder by a file and no file by a folder, even with overwrite", async () => {
    const place = world();
    plant(place, { "a.zip": rawZip(entries), "one/a.txt/x": "folder", "two/d": "file" });
    await expect(unpack(place, `${place.root}/one`, { overwrite: true })).rejects.toThrow(
      /a.txt would be a file/,
    );
    await expect(unpack(place, `${place.root}/two`, { overwrite: true })).rejects.toThrow(
      /d would be a folder/,
    );
    expect(harvest(place.fs, `${place.root}/one`)).toEqual({ "a.txt/x": "folder" });
  });

  it("does not write through links that are in the folder", async () => {
    const place = world();
    const { fs, root } = place;
    plant(place, { "a.zip": rawZip(entries), "outside/x": "", secret: "secret", "out/mine": "" });
    fs.symlinkSync(`${root}/outside`, `${root}/out/d`);
    await expect(unpack(place, `${root}/out`, { overwrite: true })).rejects.toThrow(
      /d would be a folder, and a link is there/,
    );
    fs.unlinkSync(`${root}/out/d`);
    fs.symlinkSync(`${root}/secret`, `${root}/out/a.txt`);
    await expect(unpack(place, `${root}/out`, { overwrite: true })).rejects.toThrow(
      /a.txt would be a file, and a link is there/,
    );
    expect(fs.readFileSync(`${root}/secret`, "utf8")).toBe("secret");
    expect(harvest(fs, `${root}/outside`)).toEqual({ x: "" });
  });

  it("follows a link that is itself the folder to unpack into, and keeps it", async () => {
    const place = world();
    const { fs, root } = place;
    plant(place, { "a.zip": rawZip(entries), "real/": "" });
    fs.symlinkSync(`${root}/real`, `${root}/link`);
    await unpack(place, `${root}/link`);
    expect(fs.lstatSync(`${root}/link`).isSymbolicLink()).toBe(true);
    expect(harvest(fs, `${root}/real`)).toEqual({ "a.txt": "new a", "d/b.txt": "new b" });
    fs.symlinkSync(`${root}/nothing`, `${root}/dangling`);
    await expect(unpack(place, `${root}/dangling`)).rejects.toThrow(/a link that leads to nothing/);
  });

  it("refuses a file in place of the folder", async () => {
    const place = world();
    plant(place, { "a.zip": rawZip(entries), out: "a file" });
    await expect(unpack(place, `${place.root}/out`)).rejects.toThrow(/expected a folder, found a file/);
  });

  it("flushes and closes what this process has open there before it is replaced", async () => {
    const place = world();
    const { fs, root } = place;
    plant(place, { "a.zip": rawZip(entries), "out/a.txt": "old a" });
    let released = "";
    await withFile(fs, `${root}/out/a.txt`, async (slot) => {
      const release = async () => {
        released = fs.readFileSync(`${root}/out/a.txt`, "utf8");
      };
      slot.open = { release };
    });
    await unpack(place, `${root}/out`, { overwrite: true });
    expect(released).toBe("old a");
  });

  it("reports its progress in bytes and can be ended by either signal", async () => {
    const place = world();
    const { fs, root } = place;
    plant(place, { "a.zip": rawZip([...entries, { name: "large", data: Buffer.alloc(10_000_000) }]) });
    const steps: [number, number][] = [];
    await unpack(place, `${root}/out`, { onProgress: (done, total) => steps.push([done, total]) });
    expect(steps.at(-1)).toEqual([10_000_010, 10_000_010]);
    expect(steps.map(([done]) => done)).toEqual(steps.map(([done]) => done).sort((a, b) => a - b));

    for (const who of ["call", "archive"]) {
      const stop = new AbortController();
      const onProgress = () => stop.abort();
      const attempt =
        who === "call"
          ? unpack(place, `${root}/other`, { signal: stop.signal, onProgress })
          : unpack(place, `${root}/other`, {}, { signal: stop.signal, onProgress });
      const error: unknown = await attempt.catch((thrown: unknown) => thrown);
      expect(isTVBException(error, "FILE_STORAGE")).toBe(true);
      expect(fs.readdirSync(root).sort()).toEqual(["a.zip", "out"]);
    }
  });

  it("can be done several times from one archive, also in parallel", async () => {
    const place = world();
    const { fs, root } = place;
    plant(place, { "a.zip": rawZip(entries) });
    const zip = await TvbZip.open(`${root}/a.zip`, "r", { fs });
    await Promise.all(["1", "2", "3"].map((name) => zip.unpackZip(`${root}/${name}`)));
    await zip.close();
    for (const name of ["1", "2", "3"])
      expect(harvest(fs, `${root}/${name}`)).toEqual({ "a.txt": "new a", "d/b.txt": "new b" });
    await expect(zip.unpackZip(`${root}/4`)).rejects.toThrow(/is closed/);
  });

  it("refuses options that do not exist", async () => {
    const place = world();
    plant(place, { "a.zip": rawZip(entries) });
    // @ts-expect-error a misspelled option
    await expect(unpack(place, `${place.root}/out`, { overwriting: true })).rejects.toThrow(
      /unpackZip has no option "overwriting"/,
    );
  });
});

describeOnBoth("reading one entry", (world) => {
  async function read(place: World, name: string, options?: ZipOptions): Promise<Buffer> {
    const zip = await TvbZip.open(`${place.root}/a.zip`, "r", { fs: place.fs, ...options });
    try {
      const chunks: Uint8Array[] = [];
      for await (const chunk of await zip.open(name)) chunks.push(chunk);
      return Buffer.concat(chunks);
    } finally {
      await zip.close();
    }
  }

  it("gives its bytes as a stream, small, large, stored and empty", async () => {
    const place = world();
    const large = Buffer.alloc(12_000_000, "large");
    plant(place, {
      "a.zip": rawZip([
        ...entries,
        { name: "large", data: large },
        { name: "stored", data: large, method: 0 },
        { name: "empty" },
      ]),
    });
    expect((await read(place, "d/b.txt")).toString()).toBe("new b");
    expect((await read(place, "large")).equals(large)).toBe(true);
    expect((await read(place, "stored")).equals(large)).toBe(true);
    expect((await read(place, "empty")).length).toBe(0);
  });

  it("can be read after the archive was closed, and its file is closed when all of it is read", async () => {
    const place = world();
    const { root } = place;
    plant(place, {
      "a.zip": rawZip([...entries, { name: "large", data: Buffer.alloc(12_000_000, "large") }]),
    });
    let open = 0;
    const fs = interceptFs(place.fs, {
      before: () => undefined,
      after: ({ name, path }) => {
        if (path !== `${root}/a.zip`) return;
        if (name === "promises.open") open += 1;
        if (name === "FileHandle.close") open -= 1;
      },
    });
    const zip = await TvbZip.open(`${root}/a.zip`, "r", { fs });
    const [small, large, never] = [await zip.open("a.txt"), await zip.open("large"), await zip.open("large")];
    const unpacking = zip.unpackZip(`${root}/out`);
    await zip.close();
    await zip.close();
    await expect(zip.open("a.txt")).rejects.toThrow(/is closed/);
    for await (const chunk of small) expect(String(chunk)).toBe("new a");
    let bytes = 0;
    for await (const chunk of large) bytes += chunk.length;
    expect(bytes).toBe(12_000_000);
    await unpacking;
    expect(open).toBe(1);
    never.destroy();
    await vi.waitFor(() => expect(open).toBe(0));
  });

  it("can be destroyed before its end", async () => {
    const place = world();
    plant(place, { "a.zip": rawZip([{ name: "large", data: Buffer.alloc(30_000_000) }]) });
    const zip = await TvbZip.open(`${place.root}/a.zip`, "r", { fs: place.fs });
    const stream = await zip.open("large");
    for await (const chunk of stream) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(stream.destroyed).toBe(true);
    await zip.close();
  });

  it("fails with our exception, in the stream, where the entry is damaged", async () => {
    const place = world();
    plant(place, {
      "a.zip": rawZip([
        { name: "x", data: "text", crc: 1 },
        { name: "y", data: Buffer.alloc(9_000_000), crc: 1 },
      ]),
    });
    await expect(read(place, "x")).rejects.toThrow(FileStructureException);
    await expect(read(place, "y")).rejects.toThrow(/"y" of the archive .* CRC 1/);
  });

  it("refuses names that are missing or not unique, encrypted entries and those beyond the limits", async () => {
    const place = world();
    plant(place, {
      "a.zip": rawZip([
        ...entries,
        { name: "a.txt", data: "second" },
        { name: "locked", data: "x", flags: 0x801 },
        { name: "bomb", data: Buffer.alloc(1_000_000) },
      ]),
    });
    await expect(read(place, "missing")).rejects.toThrow(/expected one entry "missing".*found 0/);
    await expect(read(place, "a.txt")).rejects.toThrow(/expected one entry "a.txt".*found 2/);
    await expect(read(place, "locked")).rejects.toThrow(/encrypted/);
    await expect(read(place, "bomb", { limits: { ratio: 10 } })).rejects.toThrow(/limit `ratio` of 10/);
  });

  it("cannot be asked of an archive open for reading to write", async () => {
    const place = world();
    plant(place, { "a.zip": rawZip(entries) });
    const zip = await TvbZip.open(`${place.root}/a.zip`, "r", { fs: place.fs });
    await expect(zip.write(`${place.root}/a.zip`)).rejects.toThrow(/open for reading/);
    await expect(zip.writeZipFolder(place.root)).rejects.toThrow(FileStructureException);
    await zip.close();
    await zip.close();
  });
});
