import { execFileSync } from "node:child_process";
import { chmodSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { beforeAll, describe, expect, test } from "vitest";
import { describeWith, h5py, itWith, linux, numpy, setpriv } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { bash, inPipe, inShell, inTerminal, script, start, tvbStorage } from "./support/program.js";

const folder = temporaryFolder("show");
const file = () => folder("x.h5");

/** Waves of three regions, and what else a file may have. */
async function makeFile(path: string): Promise<void> {
  const manager = new HDF5StorageManager(path);
  const wave = Float64Array.from({ length: 600 }, (_, at) =>
    Number(Math.sin(Math.floor(at / 3) / 15 + (at % 3)).toFixed(4)),
  );
  await manager.storeData({ dtype: "float64", shape: [200, 3], data: wave }, "data");
  await manager.setMetadata({ units: "mV" }, "data", { tvbSpecificMetadata: false });
  await manager.setMetadata({ sample_period: 0.5, sample_period_unit: "ms", start_time: 10 });
  const matrix = Float64Array.from({ length: 100 }, (_, at) => (at % 11 === 0 ? 0 : ((at * 37) % 100) / 10));
  await manager.storeData({ dtype: "float64", shape: [10, 10], data: matrix }, "weights");
  await manager.storeData(
    { dtype: "int64", shape: [2, 2], data: BigInt64Array.of(1n, 2n, 3n, 2n ** 53n + 1n) },
    "counts",
  );
  await manager.storeData(
    { dtype: "string", shape: [4], data: ["plain", 'say "hi"', "a,b", "\x1b[31m\n"] },
    "names",
  );
  await manager.storeData({ dtype: "string", shape: [], data: ["\x1b[31mred"] }, "title");
  await manager.storeData(
    { dtype: "complex128", shape: [2], data: Float64Array.of(1, -2, Number.NaN, 0) },
    "z",
  );
  await manager.storeData({ dtype: "bool", shape: [1, 2, 2], data: Uint8Array.of(1, 0, 0, 1) }, "flags");
  await manager.storeData(
    { dtype: "float32", shape: [3], data: Float32Array.of(0.1, Number.NaN, Number.POSITIVE_INFINITY) },
    "single",
  );
  await manager.storeData({ dtype: "float64", shape: [0, 2], data: new Float64Array(0) }, "none");
  await manager.storeData(
    { dtype: "float64", shape: [2], data: Float64Array.of(Number.NaN, Number.NaN) },
    "nan",
  );
  await manager.closeFile();
}

beforeAll(async () => {
  await makeFile(file());
});

const show = (...args: string[]) => tvbStorage(["show", file(), ...args]);

describe("show in a pipe", () => {
  test.each<[args: string[], stdout: string]>([
    [["counts"], "[[               1                2]\n [               3 9007199254740993]]\n"],
    [["names"], "['plain' 'say \"hi\"' 'a,b' '\\x1b[31m\\n']\n"],
    [["title"], "\\x1b[31mred\n"],
    [["z"], "[ 1.-2.j nan+0.j]\n"],
    [["single"], "[0.1 nan inf]\n"],
    [["none"], "[]\n"],
    [["weights", "--select", "1:3, ::4"], "[[7.  1.8 6.6]\n [4.  8.8 3.6]]\n"],
    [["weights", "--select", "..., -1"], "[3.3 0.3 7.3 4.3 1.3 8.3 5.3 2.3 9.3 0. ]\n"],
    [["weights", "--select", "0, :", "--width", "20"], "[0.  3.7 7.4 1.1\n 4.8 8.5 2.2 5.9\n 9.6 3.3]\n"],
    [["counts", "--csv"], "1,2\r\n3,9007199254740993\r\n"],
    [["names", "--csv"], 'plain\r\n"say ""hi"""\r\n"a,b"\r\n"\x1b[31m\n"\r\n'],
    [["z", "--csv"], "1,-2\r\nnan,0\r\n"],
    [["flags", "--csv"], "0,0,True,False\r\n0,1,False,True\r\n"],
    [["single", "--csv"], "0.1\r\nnan\r\ninf\r\n"],
    [["none", "--csv"], ""],
    [["counts", "--json"], '[[1,2],[3,"9007199254740993"]]\n'],
    [["single", "--json"], '[0.1,"NaN","Infinity"]\n'],
    [["z", "--json"], '[[1,-2],["NaN",0]]\n'],
    [["flags", "--json"], "[[[true,false],[false,true]]]\n"],
    [["none", "--json"], "[]\n"],
    [["title", "--json"], '"\\u001b[31mred"\n'],
    [
      ["counts", "--stats"],
      "dtype  int64\nshape  (2, 2)\ncount  4\nzeros  0\nmin    1\nmax    9007199254740993\nmean   2251799813685250\nstd    3900231685776980.5\n",
    ],
    [["names", "--stats", "--json"], '{"dtype":"string","shape":[4],"count":4,"empty":0,"longest":8}\n'],
    [
      ["nan", "--stats"],
      "dtype  float64\nshape  (2,)\ncount  2\nnan    2\nzeros  0\nmin    -\nmax    -\nmean   -\nstd    -\n",
    ],
  ])("%j", async (args, stdout) => {
    expect(await show(...args)).toEqual({ stdout, stderr: "", status: 0 });
  });

  test("a long array is cut, and --all has all of it", async () => {
    const cut = await show("data", "--select", ":, 0");
    expect(cut.stdout.split("\n")).toHaveLength(24);
    const path = folder("long.h5");
    const manager = new HDF5StorageManager(path);
    await manager.storeData(
      Int16Array.from({ length: 1001 }, (_, at) => at),
      "x",
    );
    await manager.closeFile();
    expect((await tvbStorage(["show", path, "x"])).stdout).toBe("[   0    1    2 ...  998  999 1000]\n");
    const all = await tvbStorage(["show", path, "x", "--all"]);
    expect(all.stdout.match(/\d+/g)).toEqual(Array.from({ length: 1001 }, (_, at) => String(at)));
    expect(Math.max(...all.stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(75);
  });

  test.each<[args: string[], golden: string]>([
    [["data", "--plot", "--width", "60", "--height", "10"], "show-line.txt"],
    [["weights", "--plot", "--width", "60"], "show-heatmap.txt"],
    [["weights", "--plot", "histogram", "--width", "60", "--height", "6"], "show-histogram.txt"],
    [["counts", "--plot", "histogram", "--select", "0", "--width", "40"], "show-histogram-whole.txt"],
  ])("%j is drawn with characters", async (args, golden) => {
    const { stdout, stderr, status } = await show(...args);
    expect([stderr, status]).toEqual(["", 0]);
    await expect(stdout).toMatchFileSnapshot(`golden/${golden}`);
  });
});

describeWith(script)("show in a terminal", () => {
  test("uses its width, and colours for plots", async () => {
    const printed = await inTerminal(["show", file(), "weights", "--select", "0"], { columns: 24 });
    expect(printed.stdout).toBe("[0.  3.7 7.4 1.1 4.8\n 8.5 2.2 5.9 9.6 3.3]\n");
    const drawn = await inTerminal(["show", file(), "weights", "--plot"], { columns: 40 });
    await expect(drawn.stdout).toMatchFileSnapshot("golden/show-heatmap-terminal.txt");
    const env = { NO_COLOR: "1" };
    const plain = await inTerminal(["show", file(), "weights", "--plot"], { columns: 40, env });
    expect(plain.stdout).not.toContain("\x1b[38");
  });

  test("refuses to write bytes there", async () => {
    const { stdout, status } = await inTerminal(["show", file(), "weights", "--npy"], { columns: 200 });
    expect(stdout).toContain("--npy writes bytes, which no terminal shows; give --output FILE, or a pipe");
    expect(status).toBe(2);
  });
});

describe("show refuses", () => {
  test.each<[args: string[], message: string]>([
    [["nope"], "has no dataset /nope"],
    [["/"], "/"],
    [["weights", "--select", "10"], "index 10 is out of range for axis 0 with 10 elements"],
    [
      ["weights", "--select", "0,0,0"],
      "the selection has 3 indices, the dataset of shape (10, 10) only 2 axes",
    ],
    [["weights", "--select", "x"], '--select "x": "x" is at character 1; allowed are'],
    [["weights", "--field", "a"], "field"],
    [["weights", "--csv", "--json"], "--csv and --json exclude each other"],
    [["weights", "--all", "--stats"], "--stats and --all exclude each other"],
    [["weights", "--plot", "pie"], '--plot must be auto, line, histogram, heatmap, not "pie"'],
    [["weights", "--plot", "line"], "has 10 lines; --select at most 7 of them, or use --plot heatmap"],
    [["names", "--plot"], "names has texts, which cannot be plotted"],
    [["nan", "--plot"], "nan has only NaN and infinities, which cannot be plotted"],
    [["none", "--plot"], "none has no elements to plot"],
    [["weights", "--width", "ten"], '--width must be a whole number from 10 to 10000, not "ten"'],
    [["weights", "--csv", "--width", "20"], "--width is of lines of text, and of a --plot, not of --csv"],
    [["weights", "--height", "20"], "--height is of a --plot, which is not given"],
    [["weights", "--overwrite"], "--overwrite belongs to --output FILE"],
  ])("%j, in one line", async (args, message) => {
    const { stdout, stderr, status } = await show(...args);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect([stdout, status]).toEqual(["", 2]);
  });

  test("a file that is missing, damaged or closed to it", async () => {
    const missing = await tvbStorage(["show", folder("none.h5"), "x"]);
    expect(missing.stderr).toContain(folder("none.h5"));
    writeFileSync(folder("text.h5"), "no HDF5");
    const text = await tvbStorage(["show", folder("text.h5"), "x"]);
    writeFileSync(folder("short.h5"), readFileSync(file()));
    truncateSync(folder("short.h5"), 1500);
    const short = await tvbStorage(["show", folder("short.h5"), "weights"]);
    for (const { stdout, stderr, status } of [missing, text, short]) {
      expect([stdout, status]).toEqual(["", 2]);
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    }
  });

  itWith(linux, setpriv)("a file without permission", async () => {
    writeFileSync(folder("closed.h5"), readFileSync(file()));
    chmodSync(folder("closed.h5"), 0);
    const closed = await inPipe(["show", folder("closed.h5"), "weights"], { withoutRights: true });
    expect(closed.stderr).toContain("permission");
    expect(closed.status).toBe(2);
  });
});

describe("show --output", () => {
  test("makes a file once, and replaces it where that is asked for", async () => {
    const path = folder("weights.csv");
    expect(await show("weights", "--csv", "-o", path, "--dry-run")).toEqual({
      stdout: `would write ${path}\n`,
      stderr: "",
      status: 0,
    });
    expect(readdirSync(folder())).not.toContain("weights.csv");
    expect(await show("weights", "--csv", "-o", path)).toEqual({ stdout: "", stderr: "", status: 0 });
    const again = await show("counts", "--csv", "-o", path);
    expect(again.stderr).toBe(`tvb-storage: ${path} is there already; --overwrite replaces it\n`);
    expect(readFileSync(path, "utf8")).toMatch(/^0,3\.7,/);
    await show("counts", "--csv", "-o", path, "--overwrite");
    expect(readFileSync(path, "utf8")).toBe("1,2\r\n3,9007199254740993\r\n");
    expect((await show("counts", "--csv", "-o", folder())).stderr).toContain(
      "is a folder; give the name of a file",
    );
  });

  itWith(bash)("leaves nothing where the disk is full", async () => {
    const args = ["show", file(), "data", "--npy", "-o", folder("full.npy")];
    const { stderr, status } = await inPipe(args, { fileBlocks: 1 });
    expect(status).toBe(2);
    expect(stderr).toContain(folder("full.npy"));
    expect(readdirSync(folder()).filter((name) => name.includes("full"))).toEqual([]);
  });

  itWith(numpy)("--npy is what numpy loads", async () => {
    await show("data", "--npy", "--select", "::2", "-o", folder("half.npy"));
    const program = "import numpy, sys; a = numpy.load(sys.argv[1]); print(a.dtype, a.shape, a[1])";
    const text = execFileSync(numpy.command, ["-c", program, folder("half.npy")], { encoding: "utf8" });
    expect(text).toBe("float64 (100, 3) [0.1329 0.9058 0.8459]\n");
  });
});

describeWith(h5py, linux)("show of 512 MiB", () => {
  const large = () => folder("large.h5");
  beforeAll(() => {
    // Chunks that were never written take no space.
    const program =
      "import h5py, sys; h5py.File(sys.argv[1], 'w').create_dataset('x', (2 ** 26,), 'f8', chunks=(2**17,))";
    execFileSync(h5py.command, ["-c", program, large()]);
  });

  /** The most memory that it has while it runs, in MiB. */
  async function peakOf(args: readonly string[]) {
    const running = start(args);
    let peak = 0;
    const look = setInterval(() => {
      try {
        const status = readFileSync(`/proc/${running.process.pid}/status`, "utf8");
        peak = Math.max(peak, Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0) / 1024);
      } catch {
        // It has ended.
      }
    }, 10);
    const { stdout, stderr, status } = await running.ended;
    clearInterval(look);
    return { stdout, stderr, status, peak };
  }

  test("prints its ends without reading what is between", async () => {
    const { stdout, peak } = await peakOf(["show", large(), "x"]);
    expect(stdout).toBe("[0. 0. 0. ... 0. 0. 0.]\n");
    expect(peak).toBeLessThan(150);
  });

  test("finds its statistics in bounded memory", async () => {
    const { stdout, peak } = await peakOf(["show", large(), "x", "--stats"]);
    expect(stdout).toContain("count  67108864\nnan    0\nzeros  67108864\n");
    expect(peak).toBeLessThan(350);
  });

  test("writes .npy in bounded memory", async () => {
    const args = [
      "show",
      large(),
      "x",
      "--npy",
      "--select",
      ":100_000_000".replaceAll("_", ""),
      "-o",
      "/dev/null",
    ];
    const refused = await peakOf(args);
    expect(refused.stderr).toContain("/dev/null is");
    const line = `tvb-storage show ${large()} x --npy | { head -c 80; echo; wc -c; }`;
    const { stdout } = await inShell(line);
    expect(stdout).toContain("{'descr': '<f8', 'fortran_order': False, 'shape': (67108864,), }");
    expect(stdout.trimEnd().endsWith(String(2 ** 29 + 128 - 80))).toBe(true);
  });

  itWith(bash)("ends quietly where nobody reads on", async () => {
    const { stdout, stderr } = await inShell(`tvb-storage show ${large()} x --csv | head -n 2`);
    expect([stdout, stderr]).toEqual(["0\r\n0\r\n", ""]);
  });

  test("stops at Ctrl-C, and leaves no file", async () => {
    const running = start(["show", large(), "x", "--csv", "-o", folder("stopped.csv")]);
    while (!readdirSync(folder()).some((name) => name.startsWith(".stopped.csv"))) await setTimeout(10);
    running.process.kill("SIGINT");
    const { stdout, stderr, status } = await running.ended;
    expect([stdout, status]).toEqual(["", 130]);
    expect(stderr).toBe("tvb-storage: interrupted; what was there is as it was\n");
    expect(readdirSync(folder()).filter((name) => name.includes("stopped"))).toEqual([]);
  });
});
