import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fileOfKey, keyOfFile } from "../src/file-names.js";

describe("the names of files for a key", () => {
  it("are its own where these are common, and lead nowhere else", () => {
    expect(fileOfKey("a.zarr/x/c/0/1")).toEqual(["a.zarr", "x", "c", "0", "1"]);
    expect(fileOfKey(".zgroup")).toEqual([".zgroup"]);
    expect(fileOfKey("../.")).toEqual(["%2E%2E", "%2E"]);
    expect(fileOfKey("a//b/")).toEqual(["a", "%_", "b", "%_"]);
    expect(fileOfKey("C:\\x")).toEqual(["C%3A%5Cx"]);
  });

  it("are safe for every key, and tell it", () => {
    const part = fc.oneof(
      fc.constantFrom(".", "..", "", "...", ".".repeat(401), "%+", "%-", "%_"),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1 }), (parts) => {
        const names = fileOfKey(parts.join("/"));
        expect(keyOfFile(names)).toBe(parts.join("/"));
        for (const name of names) {
          expect(name).toMatch(/^[\w.%+-]{1,202}$/);
          expect(name).not.toMatch(/^\.*$/);
        }
      }),
    );
  });
});
