import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

// The guide for authors of backends is this example, file by file.

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

  test("shows every file of the backend, and has no other TypeScript", () => {
    const files = readdirSync(new URL("../src", import.meta.url)).map((name) => `src/${name}`);
    expect(blocks.map(({ name }) => name).sort()).toEqual([...files, "test/conformance.test.ts"].sort());
    expect([...guide.matchAll(/^```ts$/gm)]).toHaveLength(blocks.length);
  });
});
