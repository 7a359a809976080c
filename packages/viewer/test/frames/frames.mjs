// Frames a second while a series is scrolled, for the built page in Chromium. Nothing is asserted.
//
//   node packages/viewer/test/frames/frames.mjs FILE.h5 [lines|carpet] [samples in the window] [steps]

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { basename, extname } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const dist = fileURLToPath(new URL("../../dist", import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };
const [, , file, kind = "lines", samples = "2000", steps = "200"] = process.argv;
if (file === undefined) throw new Error("name a file of a time series with a sample period of 1");

const server = createServer((request, response) => {
  const path = (request.url ?? "/").replace(/[?#].*/, "");
  const name = path === "/" ? "/index.html" : path;
  response.setHeader("Content-Type", TYPES[extname(name)] ?? "application/octet-stream");
  response.end(readFileSync(`${dist}${name}`));
}).listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--enable-unsafe-swiftshader"],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
const view = kind === "lines" ? "time-series" : "carpet";
const shown = `file=${basename(file)}&view=${view}&channels=all&start=1000&length=${samples}`;
await page.goto(`http://127.0.0.1:${server.address().port}/#${shown}`);
await page.getByLabel("Open files").setInputFiles(file);
await page.locator(".series-plot canvas").waitFor();
await page.waitForTimeout(1500);

const times = await page.evaluate(async (count) => {
  const plot = document.querySelector(".series-plot");
  const canvas = plot.querySelector("canvas");
  const frames = [];
  let last = performance.now();
  for (let step = 0; step < count; step += 1) {
    plot.dispatchEvent(new WheelEvent("wheel", { deltaX: 40, bubbles: true, cancelable: true }));
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    frames.push(now - last);
    last = now;
  }
  return { frames, points: canvas.dataset.pointsDrawn, drawn: canvas.dataset.frames };
}, Number(steps));

const sorted = times.frames.toSorted((a, b) => a - b);
const mean = times.frames.reduce((sum, each) => sum + each, 0) / times.frames.length;
process.stdout.write(
  `${view}, window of ${samples} samples: ${(1000 / mean).toFixed(1)} frames a second on average, ` +
    `median ${sorted[sorted.length >> 1]?.toFixed(1)} ms, 95 % within ${sorted[Math.floor(sorted.length * 0.95)]?.toFixed(1)} ms; ` +
    `${times.points} points in the last frame, ${times.drawn} frames drawn\n`,
);
await browser.close();
server.close();
