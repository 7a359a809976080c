import * as nodeFs from "node:fs";
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createBackendRegistry, type SyncFileSystem } from "@tvb-storage/core";
import { HDF5StorageManager, h5Backend } from "@tvb-storage/h5-backend";
import { beforeAll, describe, expect, it } from "vitest";
import { runPython } from "../../../test/support/h5py.js";
import { describeWith, h5py, itWith, posix } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { run } from "../src/run.js";
import { inPipe, inTerminal, script, setpriv, tvbStorage } from "./support/program.js";

const foreign = fileURLToPath(new URL("../../../fixtures/foreign", import.meta.url));
const path = temporaryFolder("cli-ls");
const cwd = () => path();
const golden = (name: string) => fileURLToPath(new URL(`golden/ls-${name}.txt`, import.meta.url));

const GID = { a: "0123456789abcdef0123456789abcdef", b: "fedcba9876543210fedcba9876543210" };

async function makeProject(folder: string): Promise<void> {
  mkdirSync(join(folder, "2"), { recursive: true });
  mkdirSync(join(folder, "10"));
  mkdirSync(join(folder, "IMAGES"));
  mkdirSync(join(folder, "11"));
  const xml = `<?xml version="1.0" ?><tvb_data Data_version="5"><name>Epilepsy</name><description>Patient 3</description></tvb_data>`;
  writeFileSync(join(folder, "Project.xml"), xml);
  const series = new HDF5StorageManager(join(folder, "10", `TimeSeriesRegion_${GID.a}.h5`));
  await series.storeData({ dtype: "float64", shape: [40, 3], data: new Float64Array(120) }, "data");
  await series.storeData([1, 2], "time");
  await series.setMetadata({
    gid: "urn:uuid:01234567-89ab-cdef-0123-456789abcdef",
    type: "tvb.datatypes.time_series.TimeSeriesRegion",
    create_date: new Date(2024, 4, 6, 7, 8, 9),
  });
  // As TVB 1.x: capital letters.
  const old = new HDF5StorageManager(join(folder, "2", `Connectivity_${GID.b}.h5`));
  await old.storeData(
    [
      [1, 2],
      [3, 4],
    ],
    "weights",
  );
  await old.setMetadata({ Gid: GID.b, Type: "ConnectivityH5" });
  writeFileSync(join(folder, "2", "damaged.h5"), readFileSync(join(foreign, "session.nwb")).subarray(0, 600));
}

beforeAll(async () => {
  await makeProject(path("PROJECTS/Epilepsy"));
  mkdirSync(path("PROJECTS/Broken/1"), { recursive: true });
  writeFileSync(path("PROJECTS/Broken/Project.xml"), "<tvb_data><name>Broken");
  mkdirSync(path("empty"));
  const manager = new HDF5StorageManager(path("nodes.h5"));
  await manager.storeData([1, 2, 3], "run10");
  await manager.storeData([1, 2, 3], "run2");
  await manager.storeData({ dtype: "float32", shape: [1000, 40], data: new Float32Array(40_000) }, "data", {
    where: "/signal",
    chunks: [100, 40],
    compression: { gzip: 4, shuffle: true },
  });
  await manager.storeData("text", "a\x1b[31m\nname", { where: "/signal" });
  for (const name of ["weather.nc", "particles.h5", "session.nwb", "results.mat"])
    copyFileSync(join(foreign, name), path(name));
});

describe("ls FILE", () => {
  it.each(["weather.nc", "particles.h5", "session.nwb", "results.mat"])(
    "lists %s, of another program, with what cannot be read named in its row",
    async (name) => {
      const { stdout, stderr, status } = await tvbStorage(["ls", name], { cwd: cwd() });
      expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
      await expect(stdout).toMatchFileSnapshot(golden(name.replace(/\..*/, "")));
    },
  );

  it("names a filter that has no decoder, and not one that it reads", async () => {
    const bytes = readFileSync(fileURLToPath(new URL("../../../fixtures/h5py/refused.h5", import.meta.url)));
    const zstd = Buffer.from([0x0f, 0x7d]); // 32015
    bytes.writeUInt16LE(32026, bytes.indexOf(zstd)); // Blosc2
    writeFileSync(path("filters.h5"), bytes);
    const { stdout } = await tvbStorage(["ls", "filters.h5"], { cwd: cwd() });
    const [, row = ""] = /^\/zstd +(.*)$/m.exec(stdout) ?? [];
    expect(row.split(/ {2,}/)).toEqual([
      "int32",
      "(10,)",
      "(10,)",
      "blosc2",
      "15 B",
      "no decoder for the filter blosc2",
    ]);
    expect(stdout).toMatch(/^\/szip .* 76 B$/m);
  });

  itWith(h5py)(
    "says by which other names an object is found, and how values are stored that are read as another type",
    async () => {
      runPython(
        "f = h5py.File(sys.argv[1], 'w'); f['a'] = np.array([1], 'f2'); f['b'] = f['a']; f['c'] = f['a']",
        path("names.h5"),
      );
      expect((await tvbStorage(["ls", "names.h5"], { cwd: cwd() })).stdout).toBe(
        "PATH  TYPE     SHAPE  STORED  NOTE\n/a    float32  (1,)      2 B  stored as float16; also /b, /c\n",
      );
    },
  );

  it("sorts naturally, and escapes control characters", async () => {
    const { stdout } = await tvbStorage(["ls", "nodes.h5"], { cwd: cwd() });
    await expect(stdout).toMatchFileSnapshot(golden("nodes"));
  });

  it("draws a tree with --tree", async () => {
    const { stdout } = await tvbStorage(["ls", "--tree", "session.nwb"], { cwd: cwd() });
    await expect(stdout).toMatchFileSnapshot(golden("tree"));
    const group = await tvbStorage(["ls", "--tree", "nodes.h5", "/signal"], { cwd: cwd() });
    expect(group.stdout).toBe(
      `${[
        "PATH                 TYPE     SHAPE       CHUNKS     FILTERS        STORED",
        "nodes.h5 /signal",
        "├── a\\x1b[31m\\nname  string   ()                                      16 B",
        "└── data             float32  (1000, 40)  (100, 40)  shuffle, gzip   360 B",
      ].join("\n")}\n`,
    );
  });

  it("--depth 1 lists the children only, and --bytes exact sizes", async () => {
    const { stdout } = await tvbStorage(["ls", "--depth", "1", "--bytes", "particles.h5", "detector"], {
      cwd: cwd(),
    });
    expect(stdout.split("\n").map((line) => line.split(/ {2,}/)[0])).toEqual([
      "PATH",
      "/detector/image",
      "/detector/objects",
      "/detector/pressure",
      "/detector/readout",
      "",
    ]);
    expect(stdout).toMatch(/^\/detector\/readout .* 180$/m);
  });

  it("lists a dataset alone", async () => {
    const { stdout } = await tvbStorage(["ls", "nodes.h5", "/run2"], { cwd: cwd() });
    expect(stdout).toBe("PATH   TYPE     SHAPE  STORED\n/run2  float64  (3,)     24 B\n");
  });

  it("--json is one document, with what is known of each node", async () => {
    const { stdout } = await tvbStorage(["ls", "--json", "nodes.h5", "/signal"], { cwd: cwd() });
    expect(JSON.parse(stdout)).toMatchObject({
      file: "nodes.h5",
      node: "/signal",
      nodes: [
        { path: "/signal/a\x1b[31m\nname", kind: "dataset", dtype: "string", shape: [], chunks: null },
        {
          path: "/signal/data",
          kind: "dataset",
          dtype: "float32",
          shape: [1000, 40],
          maxShape: [1000, 40],
          chunks: [100, 40],
          filters: ["shuffle", "gzip"],
        },
      ],
    });
    expect(stdout).not.toContain("\x1b");
  });

  it("lists a hard link once, and links with their targets", async () => {
    const { stdout } = await tvbStorage(["ls", "--json", "session.nwb"], { cwd: cwd() });
    const { nodes } = JSON.parse(stdout) as { nodes: { path: string; kind: string; target?: string }[] };
    expect(nodes.filter(({ kind }) => kind === "link")).toEqual([
      { path: "/processing", kind: "link", target: "/acquisition" },
      { path: "/video", kind: "link", target: "video.nwb:/acquisition/video" },
    ]);
  });

  describeWith(script)("in a terminal", () => {
    it.each([50, 80, 120])("of %i columns types and notes are cut, paths are not", async (columns) => {
      const { stdout, status } = await inTerminal(["ls", "session.nwb"], { cwd: cwd(), columns });
      expect(status).toBe(0);
      await expect(stdout).toMatchFileSnapshot(golden(`terminal-${columns}`));
    });
  });
});

describe("ls of a folder", () => {
  it("lists the operations of a project with their data files", async () => {
    const { stdout, stderr, status } = await tvbStorage(["ls", "PROJECTS/Epilepsy/"], { cwd: cwd() });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    await expect(stdout).toMatchFileSnapshot(golden("project"));
  });

  it("draws them as a tree with --tree", async () => {
    const { stdout } = await tvbStorage(["ls", "--tree", "PROJECTS/Epilepsy"], { cwd: cwd() });
    await expect(stdout).toMatchFileSnapshot(golden("project-tree"));
  });

  it("--json has all of it", async () => {
    const { stdout } = await tvbStorage(["ls", "--json", "PROJECTS/Epilepsy"], { cwd: cwd() });
    expect(JSON.parse(stdout)).toMatchObject({
      project: "PROJECTS/Epilepsy",
      name: "Epilepsy",
      metadata: { name: "Epilepsy", description: "Patient 3" },
      operations: [
        {
          name: "2",
          files: [
            { name: `Connectivity_${GID.b}.h5`, class: "ConnectivityH5", gid: GID.b },
            { name: "damaged.h5", bytes: 600, reason: expect.stringContaining("cut short") as unknown },
          ],
        },
        {
          name: "10",
          files: [
            {
              name: `TimeSeriesRegion_${GID.a}.h5`,
              class: "TimeSeriesRegion",
              gid: GID.a,
              created: "2024-05-06 07:08:09.000000",
              data: { path: "/data", dtype: "float64", shape: [40, 3] },
            },
          ],
        },
        { name: "11", files: [] },
      ],
    });
  });

  it("lists the projects of a storage root, or of its folder PROJECTS", async () => {
    const root = await tvbStorage(["ls", "."], { cwd: cwd() });
    await expect(root.stdout).toMatchFileSnapshot(golden("projects"));
    const folder = await tvbStorage(["ls", "PROJECTS"], { cwd: cwd() });
    expect(folder.stdout).toBe(root.stdout.replaceAll("./PROJECTS", "PROJECTS"));
    const json = await tvbStorage(["ls", "PROJECTS", "--json"], { cwd: cwd() });
    expect(JSON.parse(json.stdout)).toMatchObject({
      folder: "PROJECTS",
      projects: [
        {
          name: "Broken",
          operations: 1,
          files: 0,
          bytes: 0,
          reason: expect.stringContaining("Project.xml") as unknown,
        },
        { name: "Epilepsy", operations: 3, files: 3, metadata: { description: "Patient 3" } },
      ],
    });
  });

  it("lists the data files of an operation, and does not follow links", async () => {
    const folder = path("linked");
    mkdirSync(folder);
    symlinkSync(path("nodes.h5"), join(folder, "link.h5"));
    copyFileSync(path("nodes.h5"), join(folder, "own.h5"));
    const { stdout } = await tvbStorage(["ls", "--json", "linked"], { cwd: cwd() });
    expect(JSON.parse(stdout)).toMatchObject({
      files: [
        { name: "link.h5", reason: "a symbolic link, which is not followed" },
        { name: "own.h5", data: { path: "/signal/data", shape: [1000, 40] } },
      ],
    });
  });
});

describe("ls refuses in one line", () => {
  it.each([
    [["nope.h5"], "cannot read nope.h5: no such file or folder (ENOENT)"],
    [["nodes.h5", "/nope"], 'nodes.h5 has no /nope; the group / has "run2", "run10", "signal"'],
    [["PROJECTS/Epilepsy/Project.xml"], /Project\.xml.* not an HDF5 file/],
    [["PROJECTS/Epilepsy/2/damaged.h5"], /damaged\.h5.*cut short/],
    [["empty"], /^empty is a folder without Project\.xml, projects or data files; give a file/],
    [["PROJECTS/Epilepsy", "/data"], /^PROJECTS\/Epilepsy is a folder, and NODE is for files/],
    [
      ["nodes.h5", "--depth", "x"],
      /argument 'x' is invalid. It must be a whole number from 0; see "tvb-storage ls --help"/,
    ],
    [["nodes.h5", "--tree", "--json"], /^--tree and --json cannot be given together/],
  ])("%j", async (args, message) => {
    const { stdout, stderr, status } = await tvbStorage(["ls", ...args], { cwd: cwd() });
    expect({ stdout, status }).toEqual({ stdout: "", status: 2 });
    expect(stderr.split("\n")).toHaveLength(2);
    const [said = ""] = stderr.replace(/^tvb-storage: /, "").split("\n");
    if (typeof message === "string") expect(said).toBe(message);
    else expect(said).toMatch(message);
  });

  itWith(posix, setpriv)("a file and a folder without permission", async () => {
    mkdirSync(path("closed"));
    copyFileSync(path("nodes.h5"), path("closed.h5"));
    nodeFs.chmodSync(path("closed.h5"), 0);
    nodeFs.chmodSync(path("closed"), 0);
    for (const name of ["closed.h5", "closed"]) {
      const { stdout, stderr, status } = await inPipe(["ls", name], { cwd: cwd(), withoutRights: true });
      expect({ stdout, status }).toEqual({ stdout: "", status: 2 });
      expect(stderr).toMatch(/^tvb-storage: cannot .*: no permission \(EACCES\)\n$/);
    }
  });
});

describeWith(h5py)("a file of 10 GiB", () => {
  it.each([
    ["contiguous", "", 10_000],
    ["in 10,240 chunks", ", chunks=(131072,)", 800_000],
  ])("%s is listed without reading data", async (_layout, chunks, most) => {
    const file = path("huge.h5");
    runPython(
      `with h5py.File(sys.argv[1], "w") as file:
    space = h5py.h5s.create_simple((1342177280,))
    dcpl = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    dcpl.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    dcpl.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    ${chunks === "" ? "" : "dcpl.set_chunk((131072,))"}
    h5py.h5d.create(file.id, b"data", h5py.h5t.NATIVE_DOUBLE, space, dcpl)`,
      file,
    );
    expect(nodeFs.statSync(file).size).toBeGreaterThan(10 * 1024 ** 3);
    let bytes = 0;
    const counting: SyncFileSystem = new Proxy<typeof nodeFs>(nodeFs, {
      get(target, key) {
        if (key !== "readSync") return Reflect.get(target, key);
        return (...args: Parameters<typeof nodeFs.readSync>) => {
          const read = nodeFs.readSync(...args);
          bytes += read;
          return read;
        };
      },
    });
    const backends = createBackendRegistry([
      { ...h5Backend, open: (at: string) => h5Backend.open(at, { fs: counting }) },
    ]);
    const lines: string[] = [];
    const output = {
      isTerminal: false,
      columns: undefined,
      write: async (text: string | Uint8Array) => void lines.push(String(text)),
    };
    const terminal = { stdout: output, stderr: output, env: {}, signal: new AbortController().signal };
    expect(await run(["ls", file], terminal, { backends })).toBe(0);
    expect(lines.at(-1)).toMatch(/^\/data {2}float64 {2}\(1342177280,\) .* 10\.0 GiB\n$/);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(most);
    truncateSync(file, 0);
  });
});
