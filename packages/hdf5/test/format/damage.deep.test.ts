import { it } from "vitest";
import { describeWith, h5py } from "../../../../test/support/judges.js";
import { damagedFiles, STYLES_TO_DAMAGE } from "./damage-files.js";
import { useDamaged } from "./damage-model.js";

describeWith(h5py).each(STYLES_TO_DAMAGE)(
  "a damaged file of libver (%s, %s), checksums %s",
  (low, high, checksums) => {
    it.each([11])("ends in our exceptions, soon, however it is damaged: seed %i", (seed) => {
      for (const { bytes, what } of damagedFiles([low, high, checksums], seed, 800))
        useDamaged(bytes, what, 10_000);
    });
  },
);
