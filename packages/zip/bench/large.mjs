// Packs and unpacks a large tree, once with this package and once with Python's zipfile, and prints times and
// peak memory side by side.
//
//   node packages/zip/bench/large.mjs                        6 GiB in 100,000 files, one of them of 4.2 GiB
//   node packages/zip/bench/large.mjs --project              1 GiB in 300 files
//   ... --keep FOLDER                                        where to work; the tree is kept there and reused
//
// Build the package first. Python is left out where python3 is missing.

import { spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { TvbZip } from "@tvb-storage/zip";
import { pythonWith } from "../../../scripts/programs.mjs";

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`);
}

/** A signal as simulations give it: smooth, with noise in the lower digits; deflates to about three quarters. */
function signal(bytes, seed) {
  const values = new Float64Array(Math.ceil(bytes / 8));
  let state = seed;
  for (let i = 0; i < values.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[i] = Math.fround(Math.sin(i / 50 + seed) + state / 2 ** 36);
  }
  return Buffer.from(values.buffer, 0, bytes);
}

function makeTree(root, { files, small, big }) {
  const patterns = Array.from({ length: 16 }, (_, i) => signal(Math.max(small, 4 * MIB), i + 1));
  mkdirSync(`${root}/tree`, { recursive: true });
  for (let i = 0; i < files; i++) {
    if (i % 1000 === 0) mkdirSync(`${root}/tree/${i / 1000}`);
    const pattern = patterns[i % patterns.length];
    const from = ((i * 8) % (pattern.length - small + 1)) & ~7;
    writeFileSync(
      `${root}/tree/${Math.floor(i / 1000)}/TimeSeries_${i}.h5`,
      pattern.subarray(from, from + small),
    );
  }
  if (big === 0) return;
  const fd = openSync(`${root}/tree/Recording.h5`, "w");
  for (let done = 0, i = 0; done < big; i++) done += writeSync(fd, patterns[i % patterns.length], 0, 4 * MIB);
  closeSync(fd);
}

const PYTHON = `
import os, resource, sys, time, zipfile
action, root = sys.argv[1:]
start = time.time()
if action == "pack":
    with zipfile.ZipFile(root + "/python.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for folder, _, files in os.walk(root + "/tree"):
            for name in files:
                path = os.path.join(folder, name)
                archive.write(path, os.path.relpath(path, root + "/tree"))
else:
    with zipfile.ZipFile(root + "/python.zip") as archive:
        archive.extractall(root + "/python")
print(time.time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
`;

async function ours(action, root) {
  const start = performance.now();
  if (action === "pack") {
    const zip = await TvbZip.open(`${root}/ours.zip`, "w");
    await zip.writeZipFolder(`${root}/tree`);
    await zip.close();
  } else {
    const zip = await TvbZip.open(`${root}/ours.zip`, "r");
    await zip.unpackZip(`${root}/ours`);
    await zip.close();
  }
  say(`${(performance.now() - start) / 1000} ${process.resourceUsage().maxRSS}`);
}

function measured(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`);
  const [seconds, kib] = stdout.trim().split(" ").map(Number);
  return { seconds, mib: kib / 1024 };
}

function main(args) {
  const project = args.includes("--project");
  const keep = args.includes("--keep") ? args[args.indexOf("--keep") + 1] : undefined;
  const root = keep ?? mkdtempSync(`${tmpdir()}/tvb-zip-bench-`);
  const size = project
    ? { files: 300, small: Math.floor(GIB / 300), big: 0 }
    : {
        files: 99_999,
        small: Math.floor((1.8 * GIB) / 99_999) & ~7,
        big: Math.ceil((4.2 * GIB) / MIB / 4) * 4 * MIB,
      };
  if (!existsSync(`${root}/tree`)) makeTree(root, size);
  const python = pythonWith("zipfile", "zlib");
  const self = fileURLToPath(import.meta.url);
  try {
    for (const action of ["pack", "unpack"]) {
      rmSync(`${root}/ours`, { recursive: true, force: true });
      rmSync(`${root}/python`, { recursive: true, force: true });
      const we = measured(process.execPath, [self, "--run", action, root]);
      say(`${action}, TvbZip: ${we.seconds.toFixed(1)} s, peak ${we.mib.toFixed(0)} MiB`);
      if (python === undefined) continue;
      const they = measured(python, ["-c", PYTHON, action, root]);
      say(`${action}, zipfile: ${they.seconds.toFixed(1)} s, peak ${they.mib.toFixed(0)} MiB`);
      say(`${action}, ratio: ${(we.seconds / they.seconds).toFixed(2)}`);
    }
    say(`archive: ${(statSync(`${root}/ours.zip`).size / GIB).toFixed(2)} GiB`);
    const test = spawnSync("unzip", ["-tqq", `${root}/ours.zip`], { encoding: "utf8" });
    say(
      `unzip -t: ${test.error ? "not installed" : test.status === 0 ? "no errors" : test.stdout + test.stderr}`,
    );
  } finally {
    for (const name of ["ours", "python", "ours.zip", "python.zip"])
      rmSync(`${root}/${name}`, { recursive: true, force: true });
    if (keep === undefined) rmSync(root, { recursive: true, force: true });
  }
}

if (process.argv[2] === "--run") await ours(process.argv[3], process.argv[4]);
else main(process.argv.slice(2));
