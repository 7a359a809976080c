import { ZarrStorageManager, zarrBackend } from "../../src/index.js";

// Changes a hierarchy for ever, and says after each round which one is done. The round is in all that it changes.

const [path = "", format] = process.argv.slice(2);
const m = new ZarrStorageManager(path, { format: format === "2" ? 2 : 3 });
const isThere = await zarrBackend.open(path).isValidTvbFile();
const [begun = 0] = isThere ? await m.getDataShape("rows") : [];

for (let round = begun; ; round++) {
  await m.appendData(Int32Array.of(round), "rows", { chunks: [4] });
  const shape = [6];
  await m.storeData({ dtype: "int32", shape, data: new Int32Array(6).fill(round) }, "state", { chunks: [2] });
  await m.setMetadata({ round }, "state");
  if (round % 3 === 2) await m.removeData("group");
  await m.storeData(Int32Array.of(round), "last", { where: "/group" });
  process.stdout.write(`${round}\n`);
}
