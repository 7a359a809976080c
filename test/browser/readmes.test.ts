import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { useChromium } from "../support/chromium.js";
import { chromium, describeWith } from "../support/judges.js";

// The examples for pages, which test/docs.test.ts runs in Node, run in a page as they are.

/** The first `js` block of a README after these words. */
function example(name: string, after: string): string {
  const readme = readFileSync(new URL(`../../packages/${name}/README.md`, import.meta.url), "utf8");
  const [, program] = /^```js\n(.*?)^```$/ms.exec(readme.slice(readme.indexOf(after))) ?? [];
  return program ?? expect.fail(`no example in packages/${name}/README.md after ${after}`);
}

describeWith(chromium)("an example runs in a page", () => {
  const browser = useChromium();

  it.each([
    ["hdf5", "## Ports", /^upload\.h5: not an HDF5 file/],
    ["h5-backend", "## In a browser", /^1 2 3$/],
  ])("of %s, %s", async (name, after, line) => {
    const { printed } = await browser.open({ main: example(name, after) });
    await expect.poll(() => printed, { timeout: 10_000 }).toEqual([expect.stringMatching(line)]);
  });
});
