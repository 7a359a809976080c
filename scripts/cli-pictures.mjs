// Makes the pictures in the README of packages/cli: what the built program writes to a terminal, as SVG.
//
//   node scripts/cli-pictures.mjs            writes them
//   node scripts/cli-pictures.mjs --check    fails where one is not what the program writes now
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { terminalSvg } from "./terminal-svg.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const main = join(root, "packages/cli/dist/main.js");
const pictures = join(root, "packages/cli/pictures");
const { HDF5StorageManager } = await import(join(root, "packages/h5-backend/dist/index.js"));

const REGIONS = 24;

/** Values that look like a brain's, the same each time. */
const noise = (at) => {
  const x = Math.sin(at * 12.9898) * 43758.5453;
  return x - Math.floor(x);
};

async function makeFile(path) {
  const manager = new HDF5StorageManager(path);
  const weights = Float64Array.from({ length: REGIONS * REGIONS }, (_, at) => {
    const [from, to] = [Math.floor(at / REGIONS), at % REGIONS];
    const near = Math.exp(-Math.abs((from % 12) - (to % 12)) / 3) * (from < 12 === to < 12 ? 1 : 0.4);
    return from === to ? 0 : Number((near * (0.5 + noise(Math.min(at, to * REGIONS + from)))).toFixed(3));
  });
  const labels = Array.from({ length: REGIONS }, (_, at) => `${at < 12 ? "l" : "r"}R${at % 12}`);
  await manager.storeData({ dtype: "float64", shape: [REGIONS, REGIONS], data: weights }, "weights");
  await manager.storeData({ dtype: "string", shape: [REGIONS], data: labels }, "region_labels");
  const data = Float64Array.from({ length: 2000 }, (_, at) =>
    Number(
      (Math.sin(Math.floor(at / 2) / 90 + (at % 2)) * Math.exp(-at / 2500) + 0.12 * noise(at)).toFixed(4),
    ),
  );
  const layout = { chunks: [500, 2], compression: { gzip: 4, shuffle: true } };
  await manager.storeData({ dtype: "float64", shape: [1000, 2], data }, "data", {
    where: "/rest",
    ...layout,
  });
  const series = { sample_period: 1, sample_period_unit: "ms" };
  await manager.setMetadata(series, "data", { where: "/rest" });
  await manager.closeFile();
}

/** Without the pixels of pictures inside: zlib of another Node may store them in other bytes. */
const withoutPixels = (svg) => svg.replace(/base64,[^"]*/g, "base64,");

/** Each picture's name, and the command line that it shows. */
const COMMANDS = {
  "ls-tree": ["ls", "--tree", "brain.h5"],
  "show-heatmap": ["show", "brain.h5", "weights", "--plot", "--width", "48"],
  "show-line": ["show", "brain.h5", "rest/data", "--plot", "--width", "72"],
};
const PLOT = ["plot", "brain.h5", "weights", "-o", "plot.svg", "--width", "640", "--height", "440"];

async function makePictures(folder) {
  await makeFile(join(folder, "brain.h5"));
  const env = {
    PATH: process.env.PATH,
    FORCE_COLOR: "1",
    COLORTERM: "truecolor",
    TZ: "UTC",
    LANG: "C.UTF-8",
  };
  const run = (args) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
      cwd: folder,
      env,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`tvb-storage ${args.join(" ")} ended with ${status}: ${stderr}`);
    return stdout;
  };
  const made = Object.entries(COMMANDS).map(([name, args]) => [
    `${name}.svg`,
    terminalSvg(`$ tvb-storage ${args.join(" ")}\n${run(args)}`),
  ]);
  run(PLOT);
  return [...made, ["plot.svg", readFileSync(join(folder, "plot.svg"), "utf8")]];
}

const folder = mkdtempSync(join(tmpdir(), "tvb-pictures-"));
try {
  mkdirSync(pictures, { recursive: true });
  const stale = [];
  for (const [name, svg] of await makePictures(folder)) {
    const path = join(pictures, name);
    if (!process.argv.includes("--check")) writeFileSync(path, svg);
    else if (withoutPixels(readFileSync(path, "utf8")) !== withoutPixels(svg)) stale.push(name);
  }
  if (stale.length > 0) {
    console.error(`not what the program writes now: ${stale.join(", ")}; run node scripts/cli-pictures.mjs`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
