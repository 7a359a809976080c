import { checkProjectsAgainstModel, PLACE_NAMES } from "@tvb-storage/testkit";
import { describe, it } from "vitest";
import { FilesHelper } from "../src/index.js";

const seeds = Array.from({ length: 10 }, (_, index) => 100 + index);

describe.each(PLACE_NAMES)("FilesHelper on %s", (place) => {
  it.each(seeds)("does what the model says in the random sequences of seed %i", (seed) =>
    checkProjectsAgainstModel((options) => new FilesHelper(options), { place, seed, runs: 40 }),
  );
});
