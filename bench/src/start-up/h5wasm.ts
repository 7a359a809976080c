// Imports h5wasm and reads a first dataset: `node h5wasm.js FILE`.
const start = performance.now();
const { Dataset, File, ready } = await import("h5wasm/node");
await ready;
const imported = performance.now();
const file = new File(process.argv[2] ?? "", "r");
const dataset = file.get("data");
if (!(dataset instanceof Dataset)) throw new Error("no dataset");
const value = dataset.value;
file.close();
const done = performance.now();
if (!(value instanceof Float64Array) || value[75] !== 2) throw new Error("wrong value");
process.stdout.write(
  JSON.stringify({
    ms: done - start,
    import: imported - start,
    first: done - imported,
    rss: process.resourceUsage().maxRSS / 1024,
  }),
);

export {};
