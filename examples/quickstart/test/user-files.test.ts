import { expect, test } from "vitest";
import { datatypeName } from "../src/user-files.js";

test.each([
  ["/data/TimeSeriesRegion_0123456789abcdef0123456789abcdef.h5", "TimeSeriesRegion"],
  ["rest eeg-1.hdf5", "rest_eeg_1"],
  ["a.b.h5", "a_b"],
  ["données.h5", "données"],
  ["---.h5", "Imported"],
])("%s becomes a datatype named %s", (file, name) => {
  expect(datatypeName(file)).toBe(name);
});
