import { describe, it } from "vitest";
import { damagedFiles, STYLES_TO_DAMAGE } from "./damage-files.js";
import { useDamaged } from "./damage-model.js";
import { python } from "./h5py.js";

describe.skipIf(python === undefined).each(STYLES_TO_DAMAGE)(
  "a damaged file of libver (%s, %s), checksums %s",
  (low, high, checksums) => {
    it.each([11])("ends in our exceptions, soon, however it is damaged: seed %i", (seed) => {
      for (const { bytes, what } of damagedFiles([low, high, checksums], seed, 800))
        useDamaged(bytes, what, 10_000);
    });
  },
);
