import { S3Store, ZarrStorageManager } from "../../src/index.js";

// Changes a hierarchy for ever, and says after each round which one is done. The round is in all that it changes. Beside the
// path and the format it may be given the bucket that the path is in; the environment says the rest.

const [path = "", format, bucket] = process.argv.slice(2);
// What the writer before has left behind is taken over soon.
const store = bucket === undefined ? undefined : new S3Store(bucket, { leaseMs: 1000 });
const m = new ZarrStorageManager(path, { format: format === "2" ? 2 : 3, ...(store && { store }) });
const [begun = 0] = (await m.isValidTvbFile()) ? await m.getDataShape("rows") : [];

for (let round = begun; ; round++) {
  await m.appendData(Int32Array.of(round), "rows", { chunks: [4] });
  const shape = [6];
  await m.storeData({ dtype: "int32", shape, data: new Int32Array(6).fill(round) }, "state", { chunks: [2] });
  await m.setMetadata({ round }, "state");
  if (round % 3 === 2) await m.removeData("group");
  await m.storeData(Int32Array.of(round), "last", { where: "/group" });
  process.stdout.write(`${round}\n`);
}
