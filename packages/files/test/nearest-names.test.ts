import { describe, expect, it } from "vitest";
import { nearestName, nearestNames, presentInstead } from "../src/nearest-names.js";

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

  it("is undefined where there are no names", () => {
    expect(nearestName("a", [])).toBeUndefined();
  });

  it("does not work longer on a long name", () => {
    expect(nearestNames("a".repeat(1_000_000), ["b".repeat(1_000_000), "a"])).toHaveLength(2);
  });
});

describe("presentInstead", () => {
  it("is empty where nothing can be listed", () => {
    expect(presentInstead("/a/b", () => undefined)).toBe("");
  });
});
