import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { PNG } from "pngjs";
import { beforeAll, describe, expect, test } from "vitest";
import { h5py, itWith } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { bash, inPipe, start, tvbStorage } from "./support/program.js";

const folder = temporaryFolder("plot");
const file = () => folder("brain.h5");

beforeAll(async () => {
  const manager = new HDF5StorageManager(file());
  const wave = Float64Array.from({ length: 40 }, (_, at) =>
    Number(Math.sin(Math.floor(at / 2) / 3 + (at % 2)).toFixed(4)),
  );
  await manager.storeData({ dtype: "float64", shape: [20, 1, 2, 1], data: wave }, "data");
  await manager.setMetadata({
    sample_period: 0.5,
    sample_period_unit: "ms",
    start_time: 10,
    labels_ordering: '["Time", "State Variable", "Region", "Mode"]',
  });
  await manager.setMetadata({ units: "µV", long_name: "voltage <mean> & more" }, "data", {
    tvbSpecificMetadata: false,
  });
  const matrix = Float64Array.of(0, 1, 2, 4);
  await manager.storeData({ dtype: "float64", shape: [2, 2], data: matrix }, "weights");
  await manager.storeData(
    { dtype: "string", shape: [2], data: ["rÄ1", "a region whose name is longer than that"] },
    "region_labels",
  );
  await manager.storeData(
    { dtype: "float64", shape: [2, 2], data: Float64Array.of(-1, 1, 0, Number.NaN) },
    "signed",
  );
  await manager.storeData(Float64Array.of(Number.NaN, Number.NaN), "nan");
  await manager.storeData({ dtype: "float64", shape: [30, 24], data: new Float64Array(720) }, "wide");
  await manager.storeData({ dtype: "float64", shape: [2, 2, 2], data: new Float64Array(8) }, "cube");
  await manager.storeData(
    Float64Array.from({ length: 1_000_000 }, (_, at) => (at === 654_321 ? 5 : Math.sin(at / 5e4))),
    "long",
  );
  await manager.closeFile();
});

const plot = (...args: string[]) => tvbStorage(["plot", file(), ...args]);
const OK = { stdout: "", stderr: "", status: 0 };

async function svgOf(...args: string[]): Promise<string> {
  const path = folder("picture.svg");
  expect(await plot(...args, "-o", path, "--overwrite")).toEqual(OK);
  return readFileSync(path, "utf8");
}

/** The texts of an SVG, in their order. */
const textsIn = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);

async function pngOf(...args: string[]) {
  const path = folder("picture.png");
  expect(await plot(...args, "-o", path, "--overwrite")).toEqual(OK);
  const { width, height, data } = PNG.sync.read(readFileSync(path));
  const pixel = (x: number, y: number) => [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 3)];
  const count = (red: number, green: number, blue: number) => {
    let found = 0;
    for (let at = 0; at < data.length; at += 4)
      if (data[at] === red && data[at + 1] === green && data[at + 2] === blue) found++;
    return found;
  };
  return { width, height, pixel, count };
}

describe("plot", () => {
  test("draws lines of a time series, labelled from the metadata, with the same bytes each time", async () => {
    const svg = await svgOf("data", "--width", "600", "--height", "400");
    const texts = textsIn(svg);
    expect(texts).toContain("data of brain.h5");
    expect(texts).toContain("time (ms)");
    expect(texts).toContain("voltage &lt;mean&gt; &amp; more (µV)");
    expect(texts).toContain("rÄ1");
    expect(texts).toContain("a region whose name is …");
    expect(texts).toContain("12");
    await expect(svg).toMatchFileSnapshot("golden/plot-lines.svg");
    expect(await svgOf("data", "--width", "600", "--height", "400")).toBe(svg);
  });

  test("draws a matrix as a heat map in viridis, its first row above", async () => {
    const { width, height, pixel, count } = await pngOf(
      "weights",
      "--width",
      "600",
      "--height",
      "400",
      "--kind",
      "heatmap",
    );
    expect([width, height]).toEqual([600, 400]);
    expect(pixel(3, 3)).toEqual([255, 255, 255]);
    // Least, a quarter, a half, and greatest.
    for (const colour of [
      [68, 1, 84],
      [59, 82, 138],
      [33, 145, 140],
      [253, 231, 37],
    ])
      expect(count(...(colour as [number, number, number])), String(colour)).toBeGreaterThan(4500);
    const svg = await svgOf("weights", "--kind", "heatmap");
    expect(textsIn(svg)).toEqual(expect.arrayContaining(["weights of brain.h5", "region", "weights", "rÄ1"]));
    // zlib of another Node may store the pixels in other bytes.
    const drawn = svg.replaceAll(/base64,[^"]*/g, "base64,");
    await expect(drawn).toMatchFileSnapshot("golden/plot-heatmap.svg");
  });

  test("colours values on both sides of zero by a map that has two sides, and NaN in grey", async () => {
    const { count } = await pngOf("signed", "--width", "600", "--height", "400", "--kind", "heatmap");
    for (const colour of [
      [5, 48, 97],
      [103, 0, 31],
      [247, 247, 247],
      [217, 217, 217],
    ])
      expect(count(...(colour as [number, number, number])), String(colour)).toBeGreaterThan(4500);
  });

  test("shows the one peak among a million points", async () => {
    const svg = await svgOf("long", "--width", "800", "--height", "400");
    expect(svg.length).toBeLessThan(100_000);
    // The axis reaches it.
    expect(textsIn(svg)).toContain("5");
  });

  test("takes title, colours, logarithms and a part of the dataset", async () => {
    const { stderr, status } = await plot(
      "weights",
      "--kind",
      "heatmap",
      "--log",
      "--colours",
      "magma",
      "--title",
      "Gewichte",
      "-o",
      folder("log.svg"),
    );
    expect(stderr).toBe("tvb-storage: 1 values are not above 0, and left out of a --log plot\n");
    expect(status).toBe(0);
    expect(textsIn(readFileSync(folder("log.svg"), "utf8"))).toContain("Gewichte");
    const part = textsIn(await svgOf("data", "--select", "4:, 0, 0, 0"));
    expect(part).not.toContain("rÄ1");
    expect(part).toContain("13");
    expect(part).not.toContain("11");
  });

  test.each<[args: string[], message: string]>([
    [["weights", "-o", "x.gif"], 'must end in .png or .svg, not "x.gif"'],
    [["weights"], "required option '-o, --output <picture>' not specified"],
    [["weights", "-o", "x.png", "--kind", "pie"], '--kind must be auto, line, heatmap, not "pie"'],
    [
      ["weights", "-o", "x.png", "--kind", "heatmap", "--colours", "jet"],
      '--colours must be viridis, magma, rdbu, grey, not "jet"',
    ],
    [["weights", "-o", "x.png", "--width", "100000"], "--width must be a whole number from 200 to 8000"],
    [["weights", "-o", "x.png", "--colours", "magma"], "--colours is for heat maps"],
    [
      ["cube", "-o", "x.png"],
      'has shape (2, 2, 2); select one or two axes of it, such as --select ":, :, 0"',
    ],
    [["nan", "-o", "x.png"], "nan has no numbers that can be plotted"],
    [["region_labels", "-o", "x.png"], "region_labels has texts, which cannot be plotted"],
    [
      ["wide", "-o", "x.png", "--kind", "line"],
      "wide has 24 lines; --select at most 20 of them, or use --kind heatmap",
    ],
    [["nope", "-o", "x.png"], "has no dataset /nope"],
    [["weights", "-o", "x.png", "--select", "7"], "index 7 is out of range"],
    [["weights", "-o", "none/x.png"], "there is no folder"],
  ])("refuses %j in one line, and makes no file", async (args, message) => {
    const at = args.indexOf("-o") + 1;
    const given = args.map((each, index) => (at > 0 && index === at ? folder(each) : each));
    const { stdout, stderr, status } = await plot(...given);
    expect(stderr).toContain(message.replace('"x.gif"', JSON.stringify(folder("x.gif"))));
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect([stdout, status]).toEqual(["", 2]);
    expect(readdirSync(folder()).filter((name) => /^\.?x\./.test(name))).toEqual([]);
  });

  test("replaces a picture only where that is asked for, and says what it would do", async () => {
    const path = folder("kept.svg");
    writeFileSync(path, "mine");
    expect((await plot("weights", "-o", path)).stderr).toContain(
      `${path} is there already; --overwrite replaces it`,
    );
    const dry = await plot("weights", "-o", path, "--overwrite", "--dry-run");
    expect(dry.stdout).toBe(`would replace ${path}\n`);
    expect(readFileSync(path, "utf8")).toBe("mine");
  });

  test("carries the licences of what is in its part of the program", () => {
    const dist = fileURLToPath(new URL("../dist", import.meta.url));
    const texts = readdirSync(dist)
      .filter((name) => /^chunk-plot-.*\.js$/.test(name))
      .map((name) => readFileSync(`${dist}/${name}`, "utf8"));
    expect(texts).toHaveLength(1);
    for (const name of ["echarts", "zrender", "tslib"])
      expect(texts[0]).toMatch(new RegExp(`/\\*! With parts of ${name} \\d+\\.\\d+\\.\\d+\\.\n`));
    expect(texts[0]).not.toMatch(/^(import|\}) .*from "(echarts|zrender|tslib)/m);
  });

  itWith(bash)("leaves nothing where the disk is full", async () => {
    const args = ["plot", file(), "weights", "--kind", "heatmap", "-o", folder("full.png")];
    const { status } = await inPipe(args, { fileBlocks: 1 });
    expect(status).toBe(2);
    expect(readdirSync(folder()).filter((name) => name.includes("full"))).toEqual([]);
  });

  itWith(h5py)("stops at Ctrl-C, and leaves no picture", async () => {
    const program =
      "import h5py, sys; h5py.File(sys.argv[1], 'w').create_dataset('x', (2**29,), 'f8', chunks=(2**17,))";
    execFileSync(h5py.command, ["-c", program, folder("large.h5")]);
    const running = start(["plot", folder("large.h5"), "x", "-o", folder("stopped.png")]);
    while (!readdirSync(folder()).some((name) => name.startsWith(".stopped")))
      await new Promise((next) => setTimeout(next, 10));
    running.process.kill("SIGINT");
    expect(await running.ended).toEqual({
      stdout: "",
      stderr: "tvb-storage: interrupted; what was there is as it was\n",
      status: 130,
    });
    expect(readdirSync(folder()).filter((name) => name.includes("stopped"))).toEqual([]);
  });
});
