import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { documentedTables } from "../src/cost-model/documented.js";

const page = readFileSync(new URL("../../../docs/beyond-one-machine.md", import.meta.url), "utf8");
const shown = new Map(
  [...page.matchAll(/<!-- begin (.+?) -->\n\n(.*?)\n\n<!-- end \1 -->/gs)].map(
    ([, name = "", table = ""]) => [name, table],
  ),
);

describe("docs/beyond-one-machine.md", () => {
  test.each([...documentedTables()])(
    "has the table %j of the model (else run `node examples/beyond-one-machine/update-tables.mjs`)",
    (name, table) => {
      expect(shown.get(name)).toBe(table);
    },
  );

  test("has no other table of that kind", () => {
    expect([...shown.keys()]).toEqual([...documentedTables().keys()]);
  });
});
