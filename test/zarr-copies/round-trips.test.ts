import { expect, it } from "vitest";
import { FIXTURES } from "../support/h5py.js";
import { describeWith, h5py } from "../support/judges.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import { expectRoundTrip } from "./judged-round-trip.js";

const folder = temporaryFolder("zarr-round-trips");

describeWith(h5py)(
  "files of other programs, copied to Zarr and back, differ in what was reported only:",
  () => {
    it.each(["strings.h5", "../foreign/session.nwb"])("%s", async (name) => {
      await expectRoundTrip(`${FIXTURES}/${name}`, 3, folder(`${name.replaceAll("/", "-")}.h5`));
      expect.hasAssertions();
    });
  },
);
