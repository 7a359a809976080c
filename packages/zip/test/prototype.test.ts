import { expect, it } from "vitest";
import { TvbZip } from "../src/index.js";
import { describeOnBoth, harvest, plant } from "./support/world.js";

// What somebody put on Object.prototype is no option of ours, of yazl's, or of zlib's. (Some names Node itself trips over.)
const WRITABLE = { size: 7, compress: false, level: 99, entries: 0, overwrite: "x" };
const READ_ONLY = { careless: 1, compress: false, level: 99 };

describeOnBoth("enumerable properties of Object.prototype", (world) => {
  it.each([
    ["writable", true, WRITABLE],
    ["read-only", false, READ_ONLY],
  ])("change nothing in an archive where they are %s", async (_, writable, properties) => {
    const place = world();
    const { fs, root } = place;
    const tree = { "in/small": "hello", "in/d/streamed": Buffer.alloc(17 << 20, "a") };
    plant(place, tree);
    for (const [name, value] of Object.entries(properties))
      Object.defineProperty(Object.prototype, name, {
        value,
        writable,
        enumerable: true,
        configurable: true,
      });
    try {
      const writing = await TvbZip.open(`${root}/a.zip`, "w", { fs });
      await writing.writeZipFolder(`${root}/in`);
      await writing.close();
      const reading = await TvbZip.open(`${root}/a.zip`, "r", { fs, limits: { ratio: 2000 } });
      await reading.unpackZip(`${root}/out`);
      await reading.close();
    } finally {
      for (const name of Object.keys(properties)) Reflect.deleteProperty(Object.prototype, name);
    }
    const { small, "d/streamed": streamed } = harvest(fs, `${root}/out`);
    expect(small).toBe("hello");
    expect(streamed?.length).toBe(17 << 20);
    // Its comment has 0 bytes.
    expect([...new Uint8Array(fs.readFileSync(`${root}/a.zip`).subarray(-2))]).toEqual([0, 0]);
  });
});
