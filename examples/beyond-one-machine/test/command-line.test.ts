import { describe, expect, it } from "vitest";
import { readCommandLine } from "../src/command-line.js";

describe("the command line", () => {
  it.each([
    [[], 2 ** 31],
    [["--size", "8MiB"], 2 ** 23],
    [["--size", "1.5 GiB"], 1.5 * 2 ** 30],
    [["--size", "2048KiB"], 2 ** 21],
    [["--size", "1048576"], 2 ** 20],
  ])("%j is a series of %i bytes", (args, bytes) => {
    expect(readCommandLine(args)).toEqual({ help: false, bytes, withDask: true });
  });

  it.each(["", "1", "8MB", "-8MiB", "1048575", "9999999999GiB"])("refuses the size %j", (size) => {
    expect(() => readCommandLine([`--size=${size}`])).toThrow(
      `--size needs at least 1MiB, such as 64MiB or 2GiB, not "${size}"`,
    );
  });

  it("refuses what it does not know, and says what it takes", () => {
    expect(() => readCommandLine(["--workers", "3"])).toThrow(/--workers[\s\S]*usage:/);
    expect(() => readCommandLine(["series.h5"])).toThrow(/series.h5[\s\S]*usage:/);
  });

  it("may leave out Dask", () => {
    expect(readCommandLine(["--without-dask"]).withDask).toBe(false);
  });
});
