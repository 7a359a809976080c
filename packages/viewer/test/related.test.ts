import { expect, it } from "vitest";
import { referencesOf } from "../src/project/related.js";

it("finds the datatypes that a file names, as TVB 1 and 2 write them", () => {
  expect(
    referencesOf({
      Connectivity: "00112233-4455-6677-8899-AABBCCDDEEFF",
      time_series: "urn:uuid:0f0e0d0c-0b0a-0908-0706-050403020100",
      source: "TimeSeries_1.h5", // a name, not a GID
      title: "00112233445566778899aabbccddeeff", // no attribute that names another datatype
    }),
  ).toEqual([
    { name: "connectivity", gid: "00112233445566778899aabbccddeeff" },
    { name: "time_series", gid: "0f0e0d0c0b0a09080706050403020100" },
  ]);
});
