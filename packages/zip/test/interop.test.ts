import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { describeWith, plainPython, unzip } from "../../../test/support/judges.js";
import { TvbZip, type ZipOptions } from "../src/index.js";
import { runPython } from "./support/python.js";
import { diskWorld, harvest, plant, type World } from "./support/world.js";

const sources = {
  "Project.xml": "<tvb_data/>",
  "1/Connectivity.h5": Buffer.alloc(3_000_000, "weights"),
  "1/zeros.h5": Buffer.alloc(20_000_000),
  "100%.txt": "percent",
  "scripts/für/脑/мозг/דאטה/🧠.txt": "names",
  "a name with spaces & quotes'.txt": "",
};
const tree = Object.fromEntries(
  Object.entries(sources).map(([name, content]) => [name, Buffer.from(content).toString("latin1")]),
);

/** Runs a script with `root` as its folder; gives what it prints as JSON. */
function python({ root }: World, script: string): unknown {
  const output = runPython(root, script);
  return JSON.parse(output || "null");
}

async function packed(options: ZipOptions = {}): Promise<World> {
  const place = diskWorld();
  plant({ ...place, root: `${place.root}/src` }, sources);
  const zip = await TvbZip.open(`${place.root}/ours.zip`, "w", options);
  await zip.writeZipFolder(`${place.root}/src`);
  await zip.close();
  return place;
}

async function unpacked({ fs, root }: World, archive: string): Promise<Record<string, string>> {
  await using zip = await TvbZip.open(`${root}/${archive}`, "r");
  await zip.unpackZip(`${root}/out`);
  return harvest(fs, `${root}/out`);
}

const settings: Record<string, ZipOptions> = {
  "by default": {},
  deterministic: { deterministic: true },
  stored: { level: 0 },
  "at the best level": { level: 9 },
};

describeWith(plainPython)("Python's zipfile", () => {
  for (const [way, options] of Object.entries(settings)) {
    it(`finds nothing wrong with what is written ${way}, and unpacks it whole`, async () => {
      const place = await packed(options);
      const script = `
import json, zipfile
with zipfile.ZipFile("ours.zip") as archive:
    bad = archive.testzip()
    archive.extractall("theirs")
    print(json.dumps([bad, sorted(archive.namelist())]))`;
      expect(python(place, script)).toEqual([null, Object.keys(sources).sort()]);
      expect(harvest(place.fs, `${place.root}/theirs`)).toEqual(tree);
    });
  }

  it("reads the right modes, times and methods", async () => {
    const place = diskWorld();
    const { fs, root } = place;
    plant(place, { "src/a.h5": "data" });
    fs.chmodSync(`${root}/src/a.h5`, 0o744);
    // 12:00:00 in local time, which is what ZIP stores.
    fs.utimesSync(`${root}/src/a.h5`, new Date(2021, 2, 4, 12, 0, 0), new Date(2021, 2, 4, 12, 0, 0));
    const zip = await TvbZip.open(`${root}/ours.zip`, "w");
    await zip.writeZipFolder(`${root}/src`);
    await zip.close();
    const script = `
import json, zipfile
info = zipfile.ZipFile("ours.zip").infolist()[0]
print(json.dumps([oct(info.external_attr >> 16), list(info.date_time), info.compress_type]))`;
    expect(python(place, script)).toEqual(["0o100744", [2021, 3, 4, 12, 0, 0], 8]);
  });

  it.each(["ZIP_STORED", "ZIP_DEFLATED"])(
    "writes archives with %s that are unpacked here",
    async (method) => {
      const place = diskWorld();
      plant({ ...place, root: `${place.root}/src` }, sources);
      python(
        place,
        `
import os, zipfile
with zipfile.ZipFile("theirs.zip", "w", zipfile.${method}) as archive:
    for folder, _, files in os.walk("src"):
        for name in files:
            path = os.path.join(folder, name)
            archive.write(path, os.path.relpath(path, "src"))`,
      );
      expect(await unpacked(place, "theirs.zip")).toEqual(tree);
    },
  );

  it("writes other archives that are unpacked here", async () => {
    const place = diskWorld();
    python(
      place,
      `
import io, zipfile
class Pipe(io.RawIOBase):
    def __init__(self, f): self.f = f
    def writable(self): return True
    def write(self, b): return self.f.write(b)
with open("theirs.zip", "wb") as f:
    with zipfile.ZipFile(Pipe(f), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("streamed.txt", "to what cannot seek")
        with archive.open("large.bin", "w", force_zip64=True) as entry:
            entry.write(b"zip64")
with zipfile.ZipFile("theirs.zip", "a") as archive:
    archive.writestr("appended.txt", "later")
    archive.mkdir("folder") if hasattr(archive, "mkdir") else archive.writestr("folder/", "")
    archive.comment = b"a comment"`,
    );
    expect(await unpacked(place, "theirs.zip")).toEqual({
      "streamed.txt": "to what cannot seek",
      "large.bin": "zip64",
      "appended.txt": "later",
      "folder/": "",
    });
  });

  it("writes more than 65,535 entries that are listed here", async () => {
    const place = diskWorld();
    python(
      place,
      `
import zipfile
with zipfile.ZipFile("theirs.zip", "w") as archive:
    for i in range(65600): archive.writestr(f"{i % 10}/{i}", "")`,
    );
    const zip = await TvbZip.open(`${place.root}/theirs.zip`, "r");
    expect(zip.namelist().length).toBe(65_600);
    expect(zip.namelist()[65_599]).toBe("9/65599");
    await zip.close();
  });

  it("writes with methods that are refused here by name", async () => {
    const place = diskWorld();
    python(
      place,
      'import zipfile\nzipfile.ZipFile("theirs.zip", "w", zipfile.ZIP_BZIP2).writestr("a", "x" * 99)',
    );
    await expect(unpacked(place, "theirs.zip")).rejects.toThrow(
      /"a".*stored \(0\) or deflated \(8\).*method 12/,
    );
  });
});

describeWith(unzip)("unzip -t", () => {
  for (const [way, options] of Object.entries(settings)) {
    it(`finds no errors in what is written ${way}`, async () => {
      const { root } = await packed(options);
      const { status, stdout } = spawnSync(unzip.command, ["-t", `${root}/ours.zip`], { encoding: "utf8" });
      expect(stdout).toContain("No errors detected");
      expect(status).toBe(0);
    });
  }

  it("finds no errors where large, streamed files and small ones alternate", async () => {
    const { root } = diskWorld();
    const zip = await TvbZip.open(`${root}/ours.zip`, "w", { level: 1 });
    for (let i = 0; i < 4; i++) {
      writeFileSync(`${root}/large`, Buffer.alloc(17_000_000 + i, `row ${i} `));
      writeFileSync(`${root}/small`, `small ${i}`);
      await zip.write(`${root}/large`, `large ${i}`);
      await zip.write(`${root}/small`, `small ${i}`);
    }
    await zip.close();
    expect(spawnSync(unzip.command, ["-t", `${root}/ours.zip`], { encoding: "utf8" }).stdout).toContain(
      "No errors detected",
    );
  });
});
