import { ZarrStorageManager } from "../../src/index.js";

// Writes rows of an array, four at a time: row `i` holds the number `i`. It says when it is ready, and begins when it is told.

const [path = "", first = "0", last = "0"] = process.argv.slice(2);
const m = new ZarrStorageManager(path);
process.stdout.write("ready\n");
await new Promise((resolve) => process.stdin.once("data", resolve));
process.stdin.destroy();
const pending: Promise<void>[] = [];
for (let row = Number(first); row < Number(last); row += 4) {
  const data = Float64Array.from({ length: 64 }, (_, i) => row + Math.floor(i / 16));
  pending.push(m.writeRegion({ dtype: "float64", shape: [4, 16], data }, "x", { offset: [row, 0] }));
}
await Promise.all(pending);
