import { isTVBException } from "@tvb-storage/errors";
import { expect, it } from "vitest";
import { TvbZip } from "../src/index.js";
import { hostileArchives } from "./support/hostile-archives.js";
import { describeOnBoth, harvest, plant } from "./support/world.js";

it("has at least forty hostile archives", () => {
  expect(hostileArchives.length).toBeGreaterThanOrEqual(40);
});

const targets = {
  "a missing folder": {},
  "an empty folder": { "out/": "" },
  "a filled folder": { "out/mine.txt": "mine", "out/sub/mine.txt": "mine too" },
};

describeOnBoth("a hostile archive is refused, and the folder is as before", (world) => {
  for (const { title, bytes, refusal, limits } of hostileArchives) {
    it(title, async () => {
      for (const [kind, tree] of Object.entries(targets)) {
        const place = world();
        plant(place, { ...tree, "evil.zip": bytes });
        const { fs, root } = place;
        const before = harvest(fs, root);
        const attempt = async () => {
          await using zip = await TvbZip.open(`${root}/evil.zip`, "r", { fs, ...(limits ? { limits } : {}) });
          await zip.unpackZip(`${root}/out`);
        };
        const error: unknown = await attempt().catch((thrown: unknown) => thrown);
        expect(isTVBException(error, "FILE_STRUCTURE"), `${kind}: ${String(error)}`).toBe(true);
        expect(String(error)).toMatch(refusal);
        expect(String(error)).toContain(`${root}/evil.zip`);
        expect(harvest(fs, root), kind).toEqual(before);
      }
    });
  }
});
