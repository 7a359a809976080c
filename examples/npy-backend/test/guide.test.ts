import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

// The guide for authors of backends shows this example as it is.

const guide = readFileSync(new URL("../../../docs/writing-a-backend.md", import.meta.url), "utf8");
const source = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
const blocks = [...guide.matchAll(/^<!-- (\S+) -->\n```ts\n(.*?)^```$/gms)].map(
  ([, name = "", code = ""]) => ({
    name,
    code,
  }),
);

describe("docs/writing-a-backend.md", () => {
  test.each(blocks)(
    "shows $name as it is (else run `node examples/npy-backend/update-guide.mjs`)",
    ({ name, code }) => {
      expect(code).toBe(source(name));
    },
  );

  test("shows what an author writes, and has no other TypeScript", () => {
    const written = [
      "test/map-backend.ts",
      "test/map-backend.test.ts",
      "src/npy-transaction.ts",
      "../remote-backend/test/kit-options.ts",
      "test/conformance.test.ts",
    ];
    expect(blocks.map(({ name }) => name)).toEqual(written);
    expect([...guide.matchAll(/^```ts$/gm)]).toHaveLength(blocks.length);
  });

  test("names every other file of the backend", () => {
    const files = readdirSync(new URL("../src", import.meta.url)).filter((name) => name !== "index.ts");
    expect(files.filter((name) => !guide.includes(`src/${name}`))).toEqual([]);
  });
});
