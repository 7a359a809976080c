import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { StorageInterface } from "@tvb-storage/storage";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canAsk, describeWith, h5py, itWith } from "./support/judges.js";
import { withoutNodeWarnings } from "./support/node-warnings.js";

// The main job as users run it: the built program, in a separate process.

const run = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));
const program = join(root, "examples/quickstart/dist/main.js");
const PROJECT = "Quickstart published";
const MAX_MEGABYTES = 400;

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "quickstart-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function quickstart(name: string, ...args: string[]): Promise<{ output: string; text: string }> {
  const output = join(folder, name);
  const { stdout } = await run(process.execPath, [program, "--output", output, ...args], { timeout: 60_000 });
  return { output, text: stdout };
}

/** Runs with a mistake; returns the message. */
async function mistake(...args: string[]): Promise<string> {
  const failure: unknown = await run(process.execPath, [program, ...args]).then(
    () => "it exited with 0",
    (error) => error,
  );
  expect(failure).toMatchObject({ code: 1, stdout: "" });
  return failure instanceof Error && "stderr" in failure ? withoutNodeWarnings(String(failure.stderr)) : "";
}

function peakMegabytes(text: string): number {
  return Number(/peak memory ([\d.]+) MiB/.exec(text)?.[1]) * 1.048576;
}

describe("the simulated project", () => {
  let output = "";
  let text = "";
  let facts: Record<string, unknown> = {};

  beforeAll(async () => {
    ({ output, text } = await quickstart("simulated"));
    if (!canAsk(h5py)) return;
    const script = join(root, "test/quickstart-facts.py");
    const { stdout } = await run(h5py.command, [script, join(output, "second-storage")], {
      maxBuffer: 2 ** 28,
    });
    facts = JSON.parse(stdout);
  }, 60_000);

  test("comes back from its archive as it was", () => {
    expect(text).toContain("Everything came back as it was.");
    expect(text).not.toMatch(/│ NO /);
    expect(text).toMatch(/\/data +│ 24000\+ × 1 × 76 × 1 +│ float64 +│.*│ yes/);
    expect(text).toMatch(/\/hemispheres +│ 76 +│ bool +│.*│ yes/);
  });

  test("has its datatypes in their operations, its figure with metadata, and TEMP only at home", async () => {
    const files = async (storage: string) => {
      const entries = await readdir(join(output, storage, "PROJECTS", PROJECT), { recursive: true });
      return entries.map((entry) => entry.replace(/[0-9a-f]{32}/, "<hex>")).sort();
    };
    const exported = [
      "1",
      "1/Connectivity_<hex>.h5",
      "2",
      "2/TimeSeriesRegion_<hex>.h5",
      "3",
      "3/FunctionalConnectivity_<hex>.h5",
      "IMAGES",
      "IMAGES/functional-connectivity.png",
      "IMAGES/functional-connectivity.xml",
      "Project.xml",
    ];
    expect(await files("second-storage")).toEqual(exported);
    expect(await files("storage")).toEqual([...exported, "TEMP", "TEMP/scratch.txt"]);
  });

  test("has datatypes that refer to each other, so that an export can be complete", async () => {
    const storage = new StorageInterface({ storageRoot: join(output, "second-storage") });
    const fileOf = async (operation: string) => {
      const folder = await storage.getProjectFolder(PROJECT, operation);
      return join(folder, (await readdir(folder))[0] ?? "");
    };
    const [connectivity, series] = [await fileOf("1"), await fileOf("2")];
    const { linked, missing } = await storage.linkedDatatypes([await fileOf("3")]);
    expect([...linked].sort()).toEqual([connectivity, series]);
    expect(missing).toEqual([]);
  });

  test("ends with the lines that list the project with tvb-storage and show it, which run as they stand", async () => {
    const [line = "", view = ""] = text.trimEnd().split("\n").slice(-2);
    expect(view).toBe(line.replace("ls --tree", "view"));
    expect(line).toMatch(/^ {4}node packages\/cli\/dist\/main\.js ls --tree /);
    const { stdout } = await run("sh", ["-c", line], { cwd: root });
    const listed = stdout
      .replaceAll(/[0-9a-f]{32}/g, "<hex>")
      .split("\n")
      .map((row) => row.replace(/(NAME|\.h5) .*$/, "$1"));
    expect(listed).toEqual([
      "NAME",
      "Quickstart published",
      "├── 1",
      "│   └── Connectivity_<hex>.h5",
      "├── 2",
      "│   └── TimeSeriesRegion_<hex>.h5",
      "└── 3",
      "    └── FunctionalConnectivity_<hex>.h5",
      "",
    ]);
  });

  test(`takes less than ${MAX_MEGABYTES} MB of memory`, () => {
    expect(peakMegabytes(text)).toBeGreaterThan(0);
    expect(peakMegabytes(text)).toBeLessThan(MAX_MEGABYTES);
  });

  itWith(h5py)("prints three lines of Python that run as they stand", () => {
    const lines = /^ {4}import h5py\n(?: {4}.*\n){2}/m.exec(text)?.[0].replaceAll(/^ {4}/gm, "") ?? "";
    expect(lines.trim().split("\n")).toHaveLength(3);
    expect(execFileSync(h5py.command, ["-c", lines], { encoding: "utf8" })).toContain(
      "shape (24000, 1, 76, 1)",
    );
  });

  describeWith(h5py)("in h5py's eyes", () => {
    test("every file is of data version 5, an integer", () => {
      const attributes = { TVB_Data_version: { value: 5, type: "int64" } };
      for (const datatype of ["Connectivity", "TimeSeriesRegion", "FunctionalConnectivity"]) {
        expect(facts[datatype]).toMatchObject({ attributes });
      }
    });

    test("hemispheres are numpy booleans and region labels are text", () => {
      expect(facts["Connectivity"]).toMatchObject({
        operation: "1",
        datasets: {
          weights: { dtype: "float64", shape: [76, 76], finite: true },
          tract_lengths: { dtype: "float64", shape: [76, 76], finite: true },
          centres: { dtype: "float64", shape: [76, 3], finite: true },
          hemispheres: { dtype: "bool", shape: [76] },
          region_labels: { dtype: "object", shape: [76], first: "lF01" },
        },
        attributes: {
          TVB_number_of_regions: { value: 76, type: "int64" },
          TVB_undirected: { value: "bool:True", type: "str" },
        },
      });
      expect(facts["hemispheres"]).toEqual([...new Array(38).fill(false), ...new Array(38).fill(true)]);
    });

    test("the series has its full shape and grows along time only", () => {
      expect(facts["TimeSeriesRegion"]).toMatchObject({
        operation: "2",
        datasets: {
          data: { dtype: "float64", shape: [24_000, 1, 76, 1], maxshape: [null, 1, 76, 1], finite: true },
          time: { dtype: "float64", shape: [24_000], maxshape: [null] },
        },
        attributes: {
          TVB_sample_period: { value: 0.5, type: "float64" },
          TVB_sample_period_unit: { value: "ms", type: "str" },
          TVB_start_time: { value: 0.5, type: "float64" },
          TVB_labels_ordering: { value: '["Time","State Variable","Region","Mode"]', type: "str" },
        },
      });
    });

    test("the functional connectivity is what numpy computes from the stored series", () => {
      expect(facts["FunctionalConnectivity"]).toMatchObject({ operation: "3" });
      const expected = (facts["corrcoef"] as number[][]).flat(); // from JSON of our own script
      const stored = (facts["array_data"] as number[][]).flat();
      expect(stored).toHaveLength(76 * 76);
      stored.forEach((value, at) => {
        expect(value).toBeCloseTo(expected[at] ?? Number.NaN, 10);
      });
    });
  });
});

describeWith(h5py)("files of the user", () => {
  let text = "";

  beforeAll(async () => {
    const odd = join(folder, "my eeg.h5");
    execFileSync(h5py.command, [join(root, "test/quickstart-odd-file.py"), odd]);
    ({ text } = await quickstart("taken-in", odd));
  }, 60_000);

  test("are taken in as datatypes and come back as they were", () => {
    expect(text).toMatch(/my eeg\.h5 as 1\/my_eeg_[0-9a-f]{32}\.h5/);
    expect(text).toMatch(/\/recording\/eeg +│ 1000 × 8 +│ float32 +│.*│ yes/);
    expect(text).toMatch(/\/recording\/bad +│ 8 +│ bool +│.*│ yes/);
    expect(text).toContain("Everything came back as it was.");
  });

  test("get the functional connectivity of their first samples over time", () => {
    expect(text).toContain("functional connectivity of recording/eeg");
    expect(text).toContain("8 channels,");
    expect(text).toContain("1000 samples");
  });

  test("are vouched for by their bytes where a type cannot be represented, and the type is named", () => {
    expect(text).toMatch(/\/blob +│.*│ as bytes/);
    expect(text).toMatch(/my_eeg_[0-9a-f]{32}\.h5: .*opaque/);
  });
});

describe("a first mistake gets one clear line", () => {
  test("for a missing file", async () => {
    expect(await mistake(join(folder, "missing.h5"))).toMatch(/^error: cannot find .*missing\.h5.*\n$/);
  });

  test("for a file that is not HDF5", async () => {
    const file = join(folder, "notes.h5");
    await writeFile(file, "not HDF5");
    expect(await mistake(file)).toMatch(/^error: .*notes\.h5 is not an HDF5 file.*\n$/);
  });

  test("for a folder", async () => {
    expect(await mistake(folder)).toMatch(/^error: .* is a folder; name HDF5 files\n$/);
  });

  test("for an unknown option, with the usage below", async () => {
    expect(await mistake("--stepz", "5")).toMatch(/^error: Unknown option '--stepz'.*\n\nusage: npm start/s);
  });

  test("for an output folder that holds something", async () => {
    expect(await mistake("--output", folder)).toMatch(/^error: the output folder .* is not empty; .*\n$/);
  });
});
