import { FileStructureException } from "@tvb-storage/errors";
import { createMemoryFs } from "@tvb-storage/testkit";
import { expect, it } from "vitest";
import { DEFAULT_LIMITS, TvbZip } from "../src/index.js";
import { checkZipOptions, limitsOf } from "../src/zip-options.js";
import { rawZip } from "./support/raw-zip.js";

it("has limits that pass a large honest archive", () => {
  expect(DEFAULT_LIMITS).toEqual({ entries: 1_000_000, totalBytes: 1_099_511_627_776, ratio: 1_100 });
  expect(limitsOf({ limits: { ratio: 5 } })).toEqual({ ...DEFAULT_LIMITS, ratio: 5 });
});

it("refuses options that do not exist or cannot have their value", () => {
  // @ts-expect-error a misspelled option
  expect(() => checkZipOptions({ limit: {} })).toThrow(/TvbZip.open has no option "limit".*limits/);
  // @ts-expect-error a misspelled limit
  expect(() => checkZipOptions({ limits: { bytes: 1 } })).toThrow(/limits has no option "bytes".*totalBytes/);
  for (const level of [-1, 10, 1.5, Number.NaN])
    expect(() => checkZipOptions({ level })).toThrow(FileStructureException);
  for (const entries of [-1, Number.NaN])
    expect(() => checkZipOptions({ limits: { entries } })).toThrow(
      /entries of the option limits must be a number of at least 0/,
    );
  checkZipOptions({ limits: { totalBytes: Number.POSITIVE_INFINITY }, level: 0 });
});

it("refuses a mode that is neither r nor w", async () => {
  const fs = createMemoryFs({ "/a.zip": rawZip([]) });
  // @ts-expect-error another mode
  await expect(TvbZip.open("/a.zip", "a", { fs })).rejects.toThrow(
    /mode of TvbZip.open must be "r" or "w"; found "a"/,
  );
});
