import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isTVBException } from "@tvb-storage/errors";
import { describe, expect, it } from "vitest";
import { h5py, itWith } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { hostileArchives } from "../../zip/test/support/hostile-archives.js";
import { rawZip } from "../../zip/test/support/raw-zip.js";
import { StorageInterface } from "../src/index.js";
import { datatype, urn } from "./support/datatypes.js";
import { readByH5py } from "./support/judged.js";
import { filesBelow } from "./support/trees.js";

const at = temporaryFolder("import-project");
const fresh = () => new StorageInterface({ storageRoot: at(randomUUID()) });
/** Made by Python, by `fixtures/exports/make.py`. */
const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../fixtures/exports/${name}.zip`, import.meta.url));
/** The gids of that script. */
const made = (number: number) => `0c0de00000000000000000000000000${number}`;
const rootOf = (storage: StorageInterface) => storage.getProjectsFolder().slice(0, -"/PROJECTS".length);

const FILES = [
  `1/Connectivity_${made(1)}.h5`,
  `1/CorticalSurface_${made(3)}.h5`,
  `2/TimeSeriesRegion_${made(4)}.h5`,
  "IMAGES/figure.png",
  "IMAGES/figure.xml",
  "Project.xml",
];

function xml(name: string): string {
  return `<?xml version="1.0" ?>\n<tvb_data Data_version="5">\n\t${name}\n</tvb_data>\n`;
}

function archive(...entries: { name: string; data: string | Buffer }[]): string {
  const path = at(`${randomUUID()}.zip`);
  writeFileSync(path, rawZip(entries));
  return path;
}

describe("an archive as the original exports it", () => {
  it("becomes the project that its Project.xml names", async () => {
    const storage = fresh();
    const { projectName, folder, leftOut } = await storage.importProject(fixture("project"));
    expect([projectName, folder, leftOut]).toEqual([
      "Epilepsy",
      `${storage.getProjectsFolder()}/Epilepsy`,
      [],
    ]);
    expect(filesBelow(folder)).toEqual(FILES);
    expect(await storage.readProjectMetadata(folder, "Project.xml")).toEqual({
      name: "Epilepsy",
      description: "Patient 3",
    });
    const series = storage.getStorageManager(`${folder}/${FILES[2]}`);
    expect(await series.getDataShape("data")).toEqual([4, 2, 3, 1]);
    expect((await series.getMetadata("time"))["Maximum"]).toBe(3);
    expect(readdirSync(rootOf(storage))).toEqual(["PROJECTS"]);
  });

  it("keeps its linked datatypes in their folder, where they are found", async () => {
    const storage = fresh();
    const { folder } = await storage.importProject(fixture("project-with-links"));
    const linked = `${folder}/links-to-external-projects/RegionMapping_${made(2)}.h5`;
    expect(filesBelow(folder)).toEqual([...FILES, linked.slice(folder.length + 1)].sort());
    expect(await storage.findByGid("Epilepsy", made(2))).toEqual([linked]);
    const series = `${folder}/${FILES[2]}`;
    expect(await storage.references(series)).toEqual([
      { gid: made(1), key: "connectivity" },
      { gid: made(2), key: "region_mapping" },
    ]);
    expect((await storage.linkedDatatypes([series])).missing).toEqual([]);
  });

  it("may have the project in a folder", async () => {
    const storage = fresh();
    const { folder } = await storage.importProject(fixture("project-in-folder"));
    expect(filesBelow(folder)).toEqual(FILES);
  });

  it("is told which of its files are not in the folder of the project", async () => {
    const storage = fresh();
    const path = archive(
      { name: "a/b/Project.xml", data: xml("<name>P</name>") },
      { name: "a/readme.txt", data: "" },
      { name: "a/bc", data: "" },
    );
    const { folder, leftOut } = await storage.importProject(path);
    expect(leftOut).toEqual(["a/readme.txt", "a/bc"]);
    expect(filesBelow(folder)).toEqual(["Project.xml"]);
  });
});

itWith(h5py)("what was exported is imported as it was", async () => {
  const storage = fresh();
  const connectivity = await datatype(await storage.getProjectFolder("Élan vital", "1"), "Connectivity", 1, {
    surface: urn(made(9)),
  });
  await storage.writeProjectMetadata({ name: "Élan vital", description: "<&>" }, "Project.xml");
  const { path } = await storage.exportProject("Élan vital");
  const other = fresh();
  const { folder } = await other.importProject(path);
  const imported = `${folder}/${connectivity.slice(connectivity.indexOf("/1/") + 1)}`;
  expect(readFileSync(imported)).toEqual(readFileSync(connectivity));
  expect(readByH5py(imported).data).toEqual([1, 2]);
});

describe("a project that cannot be imported", () => {
  const refusals: Record<string, [entries: { name: string; data: string | Buffer }[], message: RegExp]> = {
    "without Project.xml": [[{ name: "1/x.h5", data: "" }], /expected one Project\.xml, found none/],
    "with two": [
      [
        { name: "Project.xml", data: xml("<name>P</name>") },
        { name: "b/Project.xml", data: xml("<name>Q</name>") },
      ],
      /expected one Project\.xml, found 2: "Project\.xml, b\/Project\.xml"/,
    ],
    "without a name": [
      [{ name: "Project.xml", data: xml("<x>P</x>") }],
      /element name in its Project\.xml .* found none/,
    ],
    "with a nested name": [
      [{ name: "Project.xml", data: xml("<name><a>P</a></name>") }],
      /found elements in it/,
    ],
    "with a name that leads out": [
      [{ name: "Project.xml", data: xml("<name>../x</name>") }],
      /Project\.xml: "\.\.\/x" cannot be the name of the project: it has a path separator/,
    ],
    "with a name of a device": [[{ name: "Project.xml", data: xml("<name>CON</name>") }], /device/],
    "with an empty name": [[{ name: "Project.xml", data: xml("<name></name>") }], /it is empty/],
    "with an XML that is none": [[{ name: "Project.xml", data: "<tvb_data>" }], /Project\.xml/],
    "with an external entity": [
      [
        {
          name: "Project.xml",
          data: '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><a><name>&e;</name></a>',
        },
      ],
      /DOCTYPE/,
    ],
  };
  it.each(Object.entries(refusals))("%s is refused, and leaves nothing", async (_, [entries, message]) => {
    const storage = fresh();
    const path = archive(...entries);
    const failure = await storage.importProject(path).catch((error: unknown) => error);
    expect(isTVBException(failure)).toBe(true);
    expect(String(failure)).toMatch(message);
    expect(String(failure)).toContain(path);
    expect(readdirSync(rootOf(storage))).toEqual([]);
  });

  it("because there is one of that name is refused, and that one stays", async () => {
    const storage = fresh();
    writeFileSync(`${await storage.getProjectFolder("Epilepsy")}/mine`, "mine");
    await expect(storage.importProject(fixture("project"))).rejects.toThrow(
      /project\.zip: a folder is at .*\/PROJECTS\/Epilepsy already; rename or remove that project first/,
    );
    expect(filesBelow(rootOf(storage))).toEqual(["PROJECTS/Epilepsy/mine"]);
  });

  it("because the file is no archive, or missing, is refused", async () => {
    const storage = fresh();
    writeFileSync(at("text.zip"), "text");
    await expect(storage.importProject(at("text.zip"))).rejects.toThrow(/text\.zip/);
    await expect(storage.importProject(at("missing.zip"))).rejects.toThrow(/missing\.zip/);
    await expect(storage.importProject(at("a.zip"), { overwrite: true } as object)).rejects.toThrow(
      /importProject has no option "overwrite"/,
    );
    expect(readdirSync(rootOf(storage))).toEqual([]);
  });

  it("because of a limit is refused", async () => {
    const storage = fresh();
    await expect(storage.importProject(fixture("project"), { limits: { entries: 3 } })).rejects.toThrow(
      /limit `entries` of 3/,
    );
    expect(readdirSync(rootOf(storage))).toEqual([]);
  });

  it.each(hostileArchives)(
    "because of $title is refused, and leaves nothing",
    async ({ bytes, refusal, limits }) => {
      const storage = fresh();
      const path = at(`${randomUUID()}.zip`);
      writeFileSync(path, bytes);
      const importing = storage.importProject(path, limits === undefined ? {} : { limits });
      await expect(importing).rejects.toThrow(refusal);
      expect(existsSync(rootOf(storage)) ? readdirSync(rootOf(storage)) : []).toEqual([]);
    },
  );
});

describe("an import", () => {
  it("is cancelled at any moment of its progress, and leaves nothing", async () => {
    const steps: number[] = [];
    await fresh().importProject(fixture("project"), { onProgress: (done) => steps.push(done) });
    expect(steps.length).toBeGreaterThan(3);
    for (const step of steps.keys()) {
      const storage = fresh();
      const controller = new AbortController();
      let seen = 0;
      const importing = storage.importProject(fixture("project"), {
        signal: controller.signal,
        onProgress: () => {
          if (seen++ === step) controller.abort(new Error("enough"));
        },
      });
      await expect(importing).rejects.toThrow(/cancelled by its signal/);
      expect(readdirSync(rootOf(storage))).toEqual([]);
    }
  });

  it("of one project at the same time succeeds once, and the others are refused", async () => {
    const storage = fresh();
    const results = await Promise.allSettled(
      [1, 2, 3, 4].map(() => storage.importProject(fixture("project"))),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const result of results)
      if (result.status === "rejected") expect(String(result.reason)).toMatch(/already|under way/);
    expect(filesBelow(rootOf(storage))).toEqual(FILES.map((name) => `PROJECTS/Epilepsy/${name}`));
    expect(readdirSync(rootOf(storage))).toEqual(["PROJECTS"]);
  });

  it("leaves alone what is in EXPORT_TMP", async () => {
    const storage = fresh();
    mkdirSync(`${rootOf(storage)}/EXPORT_TMP/2024-1-1_1-1-1_1@x`, { recursive: true });
    await storage.importProject(fixture("project"));
    expect(readdirSync(`${rootOf(storage)}/EXPORT_TMP`)).toEqual(["2024-1-1_1-1-1_1@x"]);
  });
});
