// Imports the backend and reads a first dataset: `node ours.js FILE`.
const start = performance.now();
const { HDF5StorageManager } = await import("@tvb-storage/h5-backend");
const imported = performance.now();
const { data } = await new HDF5StorageManager(process.argv[2] ?? "").getData("data");
const done = performance.now();
if (data[75] !== 2) throw new Error("wrong value");
process.stdout.write(
  JSON.stringify({
    ms: done - start,
    import: imported - start,
    first: done - imported,
    rss: process.resourceUsage().maxRSS / 1024,
  }),
);

export {};
