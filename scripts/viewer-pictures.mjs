// Makes the pictures in the README of packages/viewer: the output of the quickstart, looked at by `tvb-storage view`. Needs
// Chromium on PATH.
//
//   node scripts/viewer-pictures.mjs
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { programsOnPath } from "./programs.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const pictures = join(root, "packages/viewer/pictures");
/** Of a window in pixels, in which all of a matrix is seen. */
const HEIGHT = 1160;
const DRAWN_AFTER_MS = 3000;

const [executablePath] = programsOnPath("chromium");
if (executablePath === undefined) throw new Error("there is no chromium on PATH, which makes the pictures");

const folder = mkdtempSync(join(tmpdir(), "viewer-pictures-"));
const output = join(folder, "output");
const quickstart = join(root, "examples/quickstart/dist/main.js");
const { status, stderr } = spawnSync(process.execPath, [quickstart, "--output", output], {
  encoding: "utf8",
});
if (status !== 0) throw new Error(`the quickstart ended with ${status}: ${stderr}`);

/** Serves a folder by the command, and resolves with the address of the page. */
async function serve(path) {
  const program = spawn(
    process.execPath,
    [join(root, "packages/cli/dist/main.js"), "view", path, "--no-open", "--json"],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  for await (const line of createInterface(program.stdout)) return { program, ...JSON.parse(line) };
  throw new Error("tvb-storage view ended before it gave an address");
}

/** Opens the page, does what leads to what is to be seen, and makes a picture of it. */
async function picture(browser, address, name, steps) {
  const page = await browser.newPage({ viewport: { width: 1280, height: HEIGHT }, colorScheme: "light" });
  await page.goto(address);
  await steps(page);
  // What is drawn without a graphics card takes a moment.
  await page.waitForTimeout(DRAWN_AFTER_MS);
  await page.screenshot({ path: join(pictures, `${name}.png`) });
  await page.close();
}

const chosen = (name) => (page) => page.getByRole("treeitem", { name: new RegExp(`^${name}`) }).click();

const PICTURES = {
  project: (page) => page.getByRole("treeitem", { name: /^Quickstart published/ }).click(),
  connectivity: async (page) => {
    await chosen("Connectivity")(page);
    await page.getByRole("tab", { name: "3D graph" }).click();
  },
  "time-series": chosen("TimeSeriesRegion"),
  "functional-connectivity": chosen("FunctionalConnectivity"),
};

mkdirSync(pictures, { recursive: true });
const { program, address } = await serve(join(output, "storage/PROJECTS"));
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--enable-unsafe-swiftshader"],
});
for (const [name, steps] of Object.entries(PICTURES)) await picture(browser, address, name, steps);
await browser.close();
program.kill();
rmSync(folder, { recursive: true });
