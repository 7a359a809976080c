// node packages/h5-backend/test/durability/cost.mjs [folder] [seconds]
// What the journal and the lock cost: the same calls of the manager with them and without, in turns, in one process.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { packages, programOptions } from "../../../../test/support/sources.mjs";

const plain = fileURLToPath(new URL("plain-transaction.ts", import.meta.url));
const [folder = tmpdir(), seconds = "20"] = process.argv.slice(2);
const directory = mkdtempSync(join(folder, "cost-"));

async function load(name, plugins) {
  const outfile = join(directory, `${name}.mjs`);
  await build({
    entryPoints: [`${packages}h5-backend/src/index.ts`],
    outfile,
    ...programOptions,
    plugins,
  });
  return (await import(pathToFileURL(outfile).href)).HDF5StorageManager;
}

/** Replaces the modules whose names match. */
function without(filter) {
  return { name: "without", setup: ({ onResolve }) => onResolve({ filter }, () => ({ path: plain })) };
}

const Journaled = await load("journaled", []);
const Locked = await load("locked", [without(/journaled-port\.js$/)]);
const Plain = await load("plain", [without(/(journaled-port|writer-lock)\.js$/)]);
const ways = {
  plain: (path) => new Plain(path),
  locked: (path) => new Locked(path),
  journal: (path) => new Journaled(path),
  power: (path) => new Journaled(path, { durability: "power" }),
};

const small = Float64Array.from({ length: 1000 }, Math.sqrt);
const large = Float64Array.from({ length: 1_000_000 }, Math.sqrt);
const narrow = { dtype: "float64", shape: [1, 76], data: Float64Array.from({ length: 76 }, (_, at) => at) };

/** Each: what is prepared once, and `calls` measured calls. */
const works = [
  {
    name: "store, 8 KB, new file",
    calls: 20,
    run: async (open, path) => {
      for (let n = 0; n < 20; n++) await open(`${path}-${n}.h5`).storeData(small, "x");
    },
  },
  {
    name: "store, 8 KB, into one file",
    calls: 20,
    run: async (open, path) => {
      const m = open(path);
      for (let n = 0; n < 20; n++) await m.storeData(small, `x${n}`);
    },
  },
  {
    name: "store, 8 MB, new file",
    calls: 3,
    run: async (open, path) => {
      for (let n = 0; n < 3; n++) await open(`${path}-${n}.h5`).storeData(large, "x");
    },
  },
  {
    name: "overwrite, 8 MB",
    calls: 3,
    before: (m) => m.storeData(new Float64Array(1_000_000), "x"),
    run: async (open, path) => {
      const m = open(path);
      for (let n = 0; n < 3; n++)
        await m.storeData(
          large.map((value) => value + n),
          "x",
        );
    },
  },
  {
    name: "append a row of 76 with close",
    calls: 30,
    before: (m) => m.appendData(narrow, "x", { growDimension: 0 }),
    run: async (open, path) => {
      const m = open(path);
      for (let n = 0; n < 30; n++) await m.appendData(narrow, "x", { growDimension: 0 });
    },
  },
  {
    name: "append 5,000 rows of 76 kept open",
    calls: 5000,
    before: (m) => m.appendData(narrow, "x", { growDimension: 0 }),
    run: async (open, path) => {
      const m = open(path);
      for (let n = 0; n < 5000; n++) await m.appendData(narrow, "x", { growDimension: 0, closeFile: false });
      await m.closeFile();
    },
  },
  {
    name: "set metadata, 3 keys",
    calls: 30,
    before: (m) => m.storeData(small, "x"),
    run: async (open, path) => {
      const m = open(path);
      for (let n = 0; n < 30; n++) await m.setMetadata({ a: n, b: `text ${n}`, c: n / 2 }, "x");
    },
  },
];

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

let file = 0;
async function measure(work, open) {
  const path = join(directory, `${file++}.h5`);
  if (work.before) await work.before(open(path));
  const start = performance.now();
  await work.run(open, path);
  const ms = (performance.now() - start) / work.calls;
  rmSync(path, { force: true });
  for (let n = 0; n < work.calls && !work.before; n++) rmSync(`${path}-${n}.h5`, { force: true });
  return ms;
}

process.stdout.write(`in ${directory}; milliseconds a call, medians of rounds in turns\n`);
for (const work of works) {
  const times = { plain: [], locked: [], journal: [], power: [] };
  const end = performance.now() + (Number(seconds) * 1000) / works.length;
  for (let round = 0; round < 5 || performance.now() < end; round++)
    for (const [way, open] of Object.entries(ways)) {
      if (way === "power" && round % 4 !== 0) continue;
      const ms = await measure(work, open);
      if (round > 1 || way === "power") times[way].push(ms);
    }
  // Each round's ratio, because a machine is slower at one time than at another.
  const over = (way) => median(times.journal.map((ms, at) => ms / times[way][at])).toFixed(2);
  const [p, l, j, s] = [times.plain, times.locked, times.journal, times.power].map(median);
  const power = (s / p).toFixed(1);
  process.stdout.write(
    `${work.name.padEnd(36)} plain ${p.toFixed(4)}  lock ${l.toFixed(4)}  lock and journal ${j.toFixed(4)}: ${over("plain")} of plain, ${over("locked")} of lock  power ${s.toFixed(3)} (${power}x)  rounds ${times.plain.length}\n`,
  );
}
rmSync(directory, { recursive: true });
