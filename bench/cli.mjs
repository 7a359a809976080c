// node bench/cli.mjs [--rounds N] [--quick]
// Whole processes from their start to their end, in turns (A B C A B C): tvb-storage beside h5ls, h5dump and a Python
// script with h5py, each with its output in a pipe. The tables have medians, quartiles, and the limits that hold.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { programsOnPath, pythonWith } from "../scripts/programs.mjs";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "15" }, quick: { type: "boolean", default: false } },
});
const rounds = Number(values.rounds);
const main = fileURLToPath(new URL("../packages/cli/dist/main.js", import.meta.url));
const results = fileURLToPath(new URL("results", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "bench-cli-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

const python = pythonWith("h5py");
if (python === undefined) throw new Error("there is no python3 with h5py on PATH, which makes the files");
const [h5ls] = programsOnPath("h5ls");
const [h5dump] = programsOnPath("h5dump");

const at = (name) => join(folder, name);
const pythonRun = (script, ...args) => execFileSync(python, ["-c", script, ...args], { stdio: "pipe" });

/** A small file as The Virtual Brain has them: a dozen nodes, attributes, 76 regions. */
pythonRun(
  `import sys, h5py, numpy as np
with h5py.File(sys.argv[1], 'w') as f:
    for i in range(12): f.attrs[f'TVB_attribute_{i}'] = f'value {i}'
    r = np.random.default_rng(1)
    f['weights'] = r.random((76, 76)); f['tract_lengths'] = r.random((76, 76)); f['centres'] = r.random((76, 3))
    for i in range(8): f[f'group/data_{i}'] = r.random(100)`,
  at("small.h5"),
);

const statsBytes = values.quick ? 2 ** 26 : 2 ** 30;
const rows = statsBytes / 8 / 1024;
pythonRun(
  `import sys, h5py, numpy as np
rows = int(sys.argv[2]); r = np.random.default_rng(1)
with h5py.File(sys.argv[1], 'w') as f:
    d = f.create_dataset('data', shape=(rows, 1024), dtype='f8')
    for i in range(0, rows, 4096): d[i:i + 4096] = r.random((min(4096, rows - i), 1024))`,
  at("stats.h5"),
  String(rows),
);

/** Its space is there, in chunks and without, and the disk stores none of it: nothing of it may be read. */
const listBytes = values.quick ? 2 ** 28 : 10 * 2 ** 30;
pythonRun(
  `import sys, h5py
half = int(sys.argv[2]) // 2 // 8
with h5py.File(sys.argv[1], 'w') as f:
    for name, chunk in ((b'contiguous', None), (b'chunked', 2**17)):
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY); plist.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
        if chunk: plist.set_chunk((chunk,))
        h5py.h5d.create(f.id, name, h5py.h5t.NATIVE_DOUBLE, h5py.h5s.create_simple((half,)), plist)`,
  at("large.h5"),
  String(listBytes),
);

const ours = (...args) => ({ name: `tvb-storage ${args[0]}`, command: [process.execPath, main, ...args] });
const tool = (path, name, ...args) => ({ name, command: path === undefined ? undefined : [path, ...args] });
const script = (name, source, ...args) => ({
  name,
  command: [python, "-c", `import sys, h5py, numpy as np\n${source}`, ...args],
});

const LIST = `def show(name, node):
    if isinstance(node, h5py.Dataset): print(name, node.dtype, node.shape, node.chunks, node.compression, node.id.get_storage_size())
    else: print(name)
with h5py.File(sys.argv[1], 'r') as f: f.visititems(show)`;
const STATS = `with h5py.File(sys.argv[1], 'r') as f:
    d = f['data']; count = 0; total = 0.0; squares = 0.0; low = np.inf; high = -np.inf; nan = 0
    for i in range(0, d.shape[0], 512):
        b = d[i:i + 512]; count += b.size; nan += np.isnan(b).sum(); low = min(low, b.min()); high = max(high, b.max())
        total += b.sum(); squares += np.square(b).sum()
    print(count, nan, low, high, total / count, np.sqrt(squares / count - (total / count) ** 2))`;

const READ = `const fs = require("fs"); const fd = fs.openSync(process.argv[1]); const block = Buffer.alloc(2 ** 22);
let sum = 0; for (let n; (n = fs.readSync(fd, block)) > 0; ) sum += n; console.log(sum)`;

const node = { name: "node, nothing more", command: [process.execPath, "-e", "0"] };

/** `limit`: what the first contender has to hold, from the medians in milliseconds. */
const CASES = [
  {
    name: "ls of a small file",
    contenders: [
      ours("ls", at("small.h5")),
      tool(h5ls, "h5ls -rv", "-rv", at("small.h5")),
      script("h5py", LIST, at("small.h5")),
      node,
    ],
    limit: { text: "h5ls + 150 ms", peer: 1, holds: (own, peer) => own <= peer + 150 },
  },
  {
    name: "show of a small dataset",
    contenders: [
      ours("show", at("small.h5"), "weights"),
      tool(h5dump, "h5dump -d", "-d", "/weights", at("small.h5")),
      script("h5py", "print(h5py.File(sys.argv[1], 'r')['weights'][...])", at("small.h5")),
      tool(h5ls, "h5ls -r", "-r", at("small.h5")),
    ],
    limit: { text: "h5ls + 150 ms", peer: 3, holds: (own, peer) => own <= peer + 150 },
  },
  {
    name: `show --stats of ${statsBytes / 2 ** 20} MiB`,
    rounds: Math.min(rounds, 7),
    contenders: [
      ours("show", at("stats.h5"), "data", "--stats"),
      script("h5py, numpy by blocks", STATS, at("stats.h5")),
      { name: "node, a plain read", command: [process.execPath, "-e", READ, at("stats.h5")] },
    ],
  },
  {
    name: `ls of ${listBytes / 2 ** 30} GiB`,
    contenders: [
      ours("ls", at("large.h5")),
      tool(h5ls, "h5ls -rv", "-rv", at("large.h5")),
      script("h5py", LIST, at("large.h5")),
    ],
    limit: { text: "h5ls + 150 ms", peer: 1, holds: (own, peer) => own <= peer + 150 },
  },
];

function timed([program, ...args]) {
  const started = performance.now();
  const { status, stderr } = spawnSync(program, args, {
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 2 ** 28,
  });
  const ms = performance.now() - started;
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status}: ${stderr}`);
  return ms;
}

function quantile(sorted, part) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

function measure({ name, contenders, limit, rounds: count = rounds }) {
  const present = contenders.filter(({ command }) => command !== undefined);
  const times = new Map(present.map((contender) => [contender, []]));
  // The first round warms the disk's cache.
  for (let round = -1; round < count; round++)
    for (const contender of present) {
      const ms = timed(contender.command);
      if (round >= 0) times.get(contender).push(ms);
    }
  const lines = contenders.map((contender) => {
    const sorted = times.get(contender)?.sort((a, b) => a - b);
    if (sorted === undefined) return `| ${contender.name} | absent | | |`;
    const [q1, median, q3] = [0.25, 0.5, 0.75].map((part) => quantile(sorted, part).toFixed(0));
    return `| ${contender.name} | ${median} | ${q1} to ${q3} | ${sorted.length} |`;
  });
  const medianOf = (index) => {
    const sorted = times.get(contenders[index]);
    return sorted === undefined ? undefined : quantile(sorted, 0.5);
  };
  const peer = limit === undefined ? undefined : medianOf(limit.peer);
  const verdict =
    peer === undefined
      ? ""
      : `\nAt most ${limit.text}: ${limit.holds(medianOf(0), peer) ? "held" : "**not held**"}.\n`;
  return `## ${name}\n\n| | median, ms | quartiles | runs |\n| --- | --- | --- | --- |\n${lines.join("\n")}\n${verdict}`;
}

const started = loadavg()[0];
if (started > 0.5)
  process.stderr.write(`the load average is ${started.toFixed(1)}: other programs will be in the results\n`);
const parts = CASES.map((one) => {
  process.stderr.write(`${one.name} ...\n`);
  return measure(one);
});
const sizes = ["small.h5", "stats.h5", "large.h5"]
  .map((name) => `${name} ${statSync(at(name)).size} bytes`)
  .join(", ");
const about = `Node ${process.version}, ${process.platform} ${process.arch}; load average ${started.toFixed(1)} at the start; ${sizes}.`;
const text = `# The command line, whole processes\n\n${about}\n\n${parts.join("\n")}`;
process.stdout.write(text);
mkdirSync(results, { recursive: true });
writeFileSync(join(results, values.quick ? "cli-quick.md" : "cli.md"), text);
