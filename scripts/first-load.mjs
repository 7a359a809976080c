// What the page loads when: gzip bytes and time until the first tree, and what each view adds, as a table in Markdown.
//
//   node scripts/first-load.mjs FILE...
//
// Measures the built page in Chromium (`npm run setup` builds it), from a server of this machine, without a cache. For each
// file: the page, the file opened by the dialog, and each of its views in a page of its own.
import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { basename, extname } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { programsOnPath } from "./programs.mjs";

const dist = fileURLToPath(new URL("../packages/viewer/dist", import.meta.url));
const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error(
    "name files that have the views, for instance: node scripts/first-load.mjs Connectivity_*.h5",
  );
  process.exit(1);
}

/** Paths and gzip bytes of what was asked for since it was emptied. */
let loaded = [];
const compressed = new Map();
const server = createServer((request, response) => {
  const path = request.url === "/" ? "/index.html" : request.url;
  let body = compressed.get(path);
  if (body === undefined) {
    if (statSync(dist + path, { throwIfNoEntry: false }) === undefined) {
      response.writeHead(404).end();
      return;
    }
    body = gzipSync(readFileSync(dist + path));
    compressed.set(path, body);
  }
  loaded.push({ path, bytes: body.length });
  response
    .setHeader("Content-Type", TYPES[extname(path)] ?? "application/octet-stream")
    .setHeader("Content-Encoding", "gzip")
    .setHeader("Cache-Control", "no-store")
    .end(body);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

const browser = await chromium.launch({
  executablePath: programsOnPath("chromium")[0],
  args: ["--no-sandbox", "--enable-unsafe-swiftshader", "--disable-background-networking"],
});

const rows = [];
function row(what, milliseconds) {
  const bytes = loaded.reduce((sum, each) => sum + each.bytes, 0);
  rows.push([what, loaded.length, (bytes / 1000).toFixed(1), Math.round(milliseconds)]);
  loaded = [];
}

const QUIET_MS = 1000;

/** Runs `work`, waits until nothing was asked for during a second, and gives how long it took until the last answer. */
async function timed(work) {
  const start = performance.now();
  await work();
  let last = performance.now();
  for (let count = loaded.length; ; count = loaded.length) {
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    if (loaded.length === count) return last - start;
    last = performance.now() - QUIET_MS;
  }
}

async function withPage(work) {
  const page = await browser.newPage();
  loaded = [];
  try {
    const ready = await timed(async () => {
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      await page.getByLabel("Open files").waitFor({ state: "attached" });
    });
    await work(page, ready);
  } finally {
    await page.close();
  }
}

/** Without its GID. */
const nameOf = (file) => basename(file).replace(/_[0-9a-f]{32}/, "");

/** How long it took until the tree of the file was there, and until all of its first view was. */
async function openTree(page, file) {
  const start = performance.now();
  let tree = 0;
  const view = await timed(async () => {
    await page.getByLabel("Open files").setInputFiles(file);
    await page.getByRole("treeitem").nth(1).waitFor();
    tree = performance.now() - start;
    await page.getByRole("tablist", { name: "Views" }).waitFor();
  });
  return { tree, view };
}

try {
  await withPage(async (_page, ready) => row("the page", ready));
  for (const file of files) {
    let views = [];
    await withPage(async (page) => {
      loaded = [];
      const { tree, view } = await openTree(page, file);
      row(`${nameOf(file)}: its tree, after ${Math.round(tree)} ms, and its first view`, view);
      views = await page.getByRole("tablist", { name: "Views" }).getByRole("tab").allInnerTexts();
    });
    for (const view of views)
      await withPage(async (page) => {
        await openTree(page, file);
        loaded = [];
        const tab = page
          .getByRole("tablist", { name: "Views" })
          .getByRole("tab", { name: view, exact: true });
        if ((await tab.getAttribute("aria-selected")) === "true") return;
        const time = await timed(async () => {
          await tab.click();
          await page.locator("#view:not(:has(> [role=status]))").waitFor();
        });
        row(`${nameOf(file)}: ${view}`, time);
      });
  }
} finally {
  await browser.close();
  server.close();
}

console.log("| what | files | gzip KB | ms |\n| --- | ---: | ---: | ---: |");
for (const cells of rows) console.log(`| ${cells.join(" | ")} |`);
