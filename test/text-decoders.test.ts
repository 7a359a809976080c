import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** For whole documents, where a first U+FEFF is a byte order mark. */
const DOCUMENTS = [
  "packages/xml-meta/src/xml-encoding.ts",
  "packages/zarr-backend/src/json/exact-json.ts",
  "packages/zarr-backend/src/stores/lease-holder.ts",
  "packages/zarr-backend/src/stores/s3-client.ts",
  "packages/zarr-backend/src/stores/s3-objects.ts",
];

it("no decoder takes U+FEFF away from the beginning of a text", () => {
  const folders = ["packages", "examples"].flatMap((top) =>
    readdirSync(`${root}/${top}`).map((name) => `${top}/${name}/src`),
  );
  const sources = folders.flatMap((folder) =>
    readdirSync(`${root}/${folder}`, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => `${folder}/${name}`),
  );
  const decoders = sources.flatMap((path) =>
    [...readFileSync(`${root}/${path}`, "utf8").matchAll(/new TextDecoder\(([^)]*)\)/g)].map(
      ([, options = ""]) => ({ path, options }),
    ),
  );
  expect(decoders.length).toBeGreaterThan(3);
  const wrong = decoders.filter(
    ({ path, options }) => !/ignoreBOM: true|latin1/.test(options) && !DOCUMENTS.includes(path),
  );
  expect(wrong).toEqual([]);
});
