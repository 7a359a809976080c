import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { FIXTURES } from "../support/h5py.js";
import { describeWith, h5py } from "../support/judges.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import { expectRoundTrip } from "./judged-round-trip.js";

const folder = temporaryFolder("zarr-round-trips-deep");

const FOLDERS = [".", "../foreign", "../tvb1"] as const;
const names = FOLDERS.flatMap((each) =>
  readdirSync(`${FIXTURES}/${each}`)
    .filter((name) => /\.(h5|nc|nwb|mat)$/.test(name))
    .map((name) => `${each}/${name}`),
);
/** In version 2, those with other types and layouts. */
const SECOND = /numbers|strings|ranks|layouts-latest|attributes-latest|session|weather/;

describeWith(h5py)(
  "files of other programs, copied to Zarr and back, differ in what was reported only:",
  () => {
    it.each([
      ...names.map((name) => [name, 3] as const),
      ...names.filter((name) => SECOND.test(name)).map((name) => [name, 2] as const),
    ])("%s by version %i", { timeout: 60_000 }, async (name, format) => {
      await expectRoundTrip(
        `${FIXTURES}/${name}`,
        format,
        folder(`${name.replaceAll("/", "-")}-${format}.h5`),
      );
      expect.hasAssertions();
    });
  },
);
