import { describe, expect, it } from "vitest";
import { nearestName, nearestNames, presentAmong, presentInstead } from "../src/nearest-names.js";

describe("nearestName", () => {
  it.each([
    ["weigths", "weights"],
    ["Weights", "weights"],
    ["selektion", "selection"],
    ["storageroot", "storageRoot"],
    ["fss", "fs"],
    ["x", undefined],
    ["", undefined],
  ])("%s is meant to be %s", (wanted, expected) => {
    expect(nearestName(wanted, ["weights", "tract_lengths", "selection", "storageRoot", "fs"])).toBe(
      expected,
    );
  });

  it("is none where there is no name", () => {
    expect(nearestName("a", [])).toBeUndefined();
  });

  it("does not work longer on a long name", () => {
    expect(nearestNames("a".repeat(1_000_000), ["b".repeat(1_000_000), "a"])).toHaveLength(2);
  });
});

describe("presentAmong", () => {
  const paths = ["/", "/conn", "/conn/weights", "/conn/tracts", "/data", "/empty"];

  it.each([
    ["/conn/weigths", '; the group /conn has "weights", "tracts"'],
    ["/dat", '; the group / has "data", "conn", "empty"'],
    ["/con/weights", '; the group / has "conn", "data", "empty"'],
    ["/empty/x", "; the group /empty is empty"],
  ])("%s: %s", (path, expected) => {
    expect(presentAmong(path, paths)).toBe(expected);
  });

  it("lists some names and counts the rest", () => {
    const many = Array.from({ length: 20 }, (_, index) => `/d${index}`);
    expect(presentAmong("/x", ["/", ...many])).toMatch(
      /^; the group \/ has ("d\d+", ){7}"d\d+" and 12 more$/,
    );
  });

  it("says nothing where nothing can be listed", () => {
    expect(presentInstead("/a/b", () => undefined)).toBe("");
  });
});
