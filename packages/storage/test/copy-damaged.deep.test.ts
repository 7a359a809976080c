import { describe, expect, it } from "vitest";
import { copyChanged, copyCut, SMALL } from "./copy-damaged.js";

describe("copyStorage of a damaged HDF5 file, many times", { timeout: 600_000 }, () => {
  it.each(SMALL)("copies what can be read of %s, or refuses it, and the target stays sound", async (name) => {
    expect(await copyChanged(name, 300, 8)).toBeGreaterThan(0);
  });

  it("copies a file that is cut short as far as it goes, or refuses it", async () => {
    await copyCut("small-v110.h5", 41);
  });
});
