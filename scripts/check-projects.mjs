// Projects of users, each installed from the packed tarballs alone: strict TypeScript for Node and for
// browsers on several compilers, CommonJS, bundles of esbuild and of Vite. Their sources are in test/projects.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { text } from "node:stream/consumers";
import { install, pack, root, run, versionHere } from "./packed.mjs";

/** The oldest compiler that h5wasm's own declarations are for, the last of version 5, and ours. */
const COMPILERS = ["5.7.3", "5.9.3", await versionHere("typescript")];
const VITE = "^8.3.8";
const PAGE_SECONDS = 120;
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };

const temporary = await mkdtemp(join(tmpdir(), "check-projects-"));
const tarballs = await pack(join(temporary, "tarballs"));

/** A project of the given name with these packages of ours and of others. */
async function project(name, ours, others = {}) {
  const folder = join(
    temporary,
    `${name}-${Object.values(others)
      .join("-")
      .replaceAll(/[^\w.-]/g, "")}`,
  );
  await cp(join(root, "test/projects", name), folder, { recursive: true });
  const wanted = [...tarballs].filter(([full]) => ours.includes(full.slice("@tvb-storage/".length)));
  const rest = [...tarballs].filter(([full]) => !wanted.some(([one]) => one === full));
  const manifest = {
    private: true,
    type: name === "require" ? "commonjs" : "module",
    dependencies: { ...Object.fromEntries(wanted), ...others },
    overrides: Object.fromEntries(rest),
  };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  await install(folder);
  return folder;
}

function expectIn(output, ...texts) {
  for (const text of texts) {
    if (!output.includes(text)) throw new Error(`"${text}" is not in what it printed:\n${output}`);
  }
}

const EVERYTHING = [...tarballs.keys()].map((full) => full.slice("@tvb-storage/".length));
const FOR_BROWSERS = ["errors", "core", "xml-meta", "h5-backend"];

async function typescriptForNode(version) {
  const folder = await project("node", EVERYTHING, {
    typescript: version,
    "@types/node": await versionHere("@types/node"),
  });
  await run(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "."], folder);
  expectIn(
    await run(process.execPath, ["out/main.mjs"], folder),
    "h5 7",
    "memory 7",
    "name: 'P'",
    "FILE_STRUCTURE",
  );
}

async function typescriptForBrowsers(version) {
  const folder = await project("browser", FOR_BROWSERS, { typescript: version });
  await run(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "."], folder);
}

async function commonJs() {
  const folder = await project("require", EVERYTHING);
  expectIn(await run(process.execPath, ["main.cjs"], folder), "[ 1, 2, 3 ]", "1/x.h5", "true");
}

/** The option of esbuild that zip's README requires for a bundle as an ES module. */
async function lineForBundles() {
  const readme = await readFile(join(root, "packages/zip/README.md"), "utf8");
  const line = /(--banner:js=)'(.*)'/.exec(readme);
  if (line === null) throw new Error("packages/zip/README.md has no --banner:js");
  return `${line[1]}${line[2]}`;
}

async function bundleOf(format, extension) {
  const folder = await project("bundle", EVERYTHING, { esbuild: await versionHere("esbuild") });
  const out = `bundled.${extension}`;
  // The bundle must run without installed packages.
  const args = ["main.mjs", "--bundle", "--platform=node", `--format=${format}`, `--outfile=away/${out}`];
  if (format === "esm") args.push(await lineForBundles());
  await run(process.execPath, ["node_modules/esbuild/bin/esbuild", ...args, "--log-level=error"], folder);
  expectIn(await run(process.execPath, [out], join(folder, "away")), "[ 1, 2, 3 ]", "Project.xml");
}

/** Serves a folder on this machine until `close` is called; `posted` resolves with the data that its page sends. */
async function serve(folder) {
  let receive;
  const posted = new Promise((resolve) => {
    receive = resolve;
  });
  const server = createServer(async (request, response) => {
    if (request.method === "POST") {
      receive(await text(request));
      response.end();
      return;
    }
    try {
      const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
      const file = join(folder, path === "/" ? "index.html" : path);
      response
        .setHeader("Content-Type", TYPES[extname(file)] ?? "application/octet-stream")
        .end(await readFile(file));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${server.address().port}/`, posted, close: () => server.close() };
}

/** Opens a page in Chromium until it has sent its results, or the time is over. */
async function seenInChromium(folder, { address, posted }) {
  const options = [
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0", // so that it stays open
    `--user-data-dir=${join(folder, "profile")}`,
  ];
  if (process.getuid?.() === 0) options.push("--no-sandbox");
  const env = { ...process.env, TMPDIR: folder };
  const browser = spawn("chromium", [...options, address], { stdio: "ignore", env });
  const ended = once(browser, "close");
  let timer;
  const tooLate = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`it sent nothing in ${PAGE_SECONDS} s`)), PAGE_SECONDS * 1000);
  });
  try {
    return await Promise.race([posted, tooLate]);
  } finally {
    clearTimeout(timer);
    browser.kill();
    await ended;
  }
}

async function vitePage() {
  const folder = await project("vite", FOR_BROWSERS, { vite: VITE });
  await cp(join(root, "test/projects/browser/main.ts"), join(folder, "main.ts"));
  await run(process.execPath, ["node_modules/vite/bin/vite.js", "build", "--logLevel", "error"], folder);
  const page = await serve(join(folder, "dist"));
  try {
    expectIn(await seenInChromium(folder, page), "done: 1 10 MISSING_DATASET P");
  } finally {
    page.close();
  }
}

const hasChromium = await run("chromium", ["--version"], temporary).then(
  () => true,
  () => false,
);
const checks = [
  ...COMPILERS.map((version) => [`TypeScript ${version} for Node`, () => typescriptForNode(version)]),
  ...COMPILERS.map((version) => [`TypeScript ${version} for browsers`, () => typescriptForBrowsers(version)]),
  ["CommonJS", commonJs],
  ["a bundle of esbuild as an ES module", () => bundleOf("esm", "mjs")],
  ["a bundle of esbuild as CommonJS", () => bundleOf("cjs", "cjs")],
  ["a page built by Vite, in Chromium", hasChromium ? vitePage : undefined],
];
let failed = 0;
try {
  for (const [name, check] of checks) {
    const started = performance.now();
    if (check === undefined) {
      console.log(`skip ${name}: there is no chromium on the PATH`);
      if (process.env.TVB_JUDGES === "required") failed += 1;
      continue;
    }
    try {
      await check();
      console.log(`ok   ${name}, ${((performance.now() - started) / 1000).toFixed(1)} s`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL ${name}: ${error.message}`);
    }
  }
} finally {
  await rm(temporary, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;
