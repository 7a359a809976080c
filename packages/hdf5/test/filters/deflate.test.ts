import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { deflate as deflateInBrowser } from "../../src/filters/deflate.browser.js";
import { deflate } from "../../src/filters/deflate.node.js";

const LENGTHS = [0, 1, 100_000, 128 * 1024, 128 * 1024 + 1, 700_000];
const bytesOf = (length: number) =>
  Uint8Array.from({ length }, (_, index) => (index % 3000 < 1500 ? index : (index * 7919) >> 5));

describe.each([
  ["Node", deflate],
  ["a browser", deflateInBrowser],
])("deflating in %s", (_name, deflated) => {
  it.each([0, 1, 4, 9])("at level %i makes what zlib inflates", async (level) => {
    for (const bytes of LENGTHS.map(bytesOf))
      expect(Buffer.compare(inflateSync(await deflated(bytes, level)), bytes)).toBe(0);
  });
});

it("deflating in a browser lets others run, also where several chunks are deflated at a time", async () => {
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns += 1;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  await Promise.all(Array.from({ length: 8 }, () => deflateInBrowser(bytesOf(512 * 1024), 1)));
  isDone = true;
  expect(turns).toBeGreaterThan(8);
});
