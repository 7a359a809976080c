// One row of the growth table: `node growth-process.js KIND COUNT FOLDER`.
import { GROWN, stepsOf } from "./growth-kinds.js";

const [kindName, countText, folder = ""] = process.argv.slice(2);
const kind = GROWN.find((name) => name === kindName);
if (kind === undefined) throw new Error(`no kind "${kindName}"`);
const count = Number(countText);

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const steps = stepsOf(kind, count, folder);
let found = 0;
const create = await timed(steps.create);
const add = await timed(steps.add);
const one = await timed(steps.one);
const all = await timed(async () => {
  found = await steps.all();
});
if (found !== count + 1) throw new Error(`${found} ${kind}, not ${count + 1}`);
const peak = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ create, add, one, all, peak }));
