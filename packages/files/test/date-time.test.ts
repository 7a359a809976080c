import { runInNewContext } from "node:vm";
import { FileStructureException } from "@tvb-storage/errors";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DateTime, formatDateTime, isDate, parseDateTime } from "../src/date-time.js";

describe("formatDateTime", () => {
  it("writes local time as the Python original does", () => {
    expect(formatDateTime(new Date(2024, 1, 27, 15, 11, 16, 101))).toBe("2024-02-27 15:11:16.101000");
    expect(formatDateTime(new Date(2024, 0, 2, 3, 4, 5, 6))).toBe("2024-01-02 03:04:05.006000");
  });

  it("writes the microseconds of a DateTime", () => {
    const date = new DateTime(new Date(2024, 1, 27, 15, 11, 16, 101), 101_258);
    expect(formatDateTime(date)).toBe("2024-02-27 15:11:16.101258");
  });

  it("writes those of a DateTime of another copy of this package", () => {
    const foreign = Object.assign(new Date(2024, 1, 27, 15, 11, 16, 101), { microsecond: 101_258 });
    expect(formatDateTime(foreign)).toBe("2024-02-27 15:11:16.101258");
  });

  it("drops microseconds that a setter of Date made wrong", () => {
    const date = new DateTime(new Date(2024, 1, 27, 15, 11, 16), 101_258);
    date.setMilliseconds(7);
    expect(formatDateTime(date)).toBe("2024-02-27 15:11:16.007000");
  });

  it("writes years of fewer than four digits with zeros", () => {
    const date = new Date(2000, 0, 1);
    date.setFullYear(99);
    expect(formatDateTime(date)).toBe("0099-01-01 00:00:00.000000");
  });

  it.each([new Date(Number.NaN), new Date(10_000, 0, 1), new Date(-1, 0, 1)])(
    "refuses %s, which four digits cannot hold",
    (date) => {
      expect(() => formatDateTime(date)).toThrow(RangeError);
    },
  );
});

describe("parseDateTime", () => {
  it("reads what the Python original wrote, to the microsecond", () => {
    const date = parseDateTime("2024-02-27 15:11:16.101258");
    expect(date).toBeInstanceOf(DateTime);
    expect(date).toEqual(expect.any(Date));
    expect(date?.getTime()).toBe(new Date(2024, 1, 27, 15, 11, 16, 101).getTime());
    expect(date?.microsecond).toBe(101_258);
  });

  // As `datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f").microsecond` says, and `fromisoformat` of the last.
  it.each([
    ["2024-02-27 15:11:16.1", 100_000],
    ["2024-02-27 15:11:16.01", 10_000],
    ["2024-02-27 15:11:16.101", 101_000],
    ["2024-02-27 15:11:16.0009", 900],
    ["2024-02-27 15:11:16.10125", 101_250],
    ["2024-02-27 15:11:16.000000", 0],
    ["2024-2-27 15:11:16.5", 500_000],
    ["2024-02-27 15:11:16", 0],
  ])("reads the fraction of %s", (text, microsecond) => {
    const date = parseDateTime(text);
    expect(date?.microsecond).toBe(microsecond);
    expect(date?.getTime()).toBe(new Date(2024, 1, 27, 15, 11, 16, Math.floor(microsecond / 1000)).getTime());
  });

  it("reads the 29th of February of a leap year", () => {
    expect(parseDateTime("2024-02-29 00:00:00.000000")?.getDate()).toBe(29);
    expect(parseDateTime("2000-02-29 00:00:00.000000")?.getDate()).toBe(29);
  });

  it.each([
    "2023-02-29 00:00:00.000000",
    "1900-02-29 00:00:00.000000",
    "2024-04-31 00:00:00.000000",
    "2024-13-01 00:00:00.000000",
    "2024-00-01 00:00:00.000000",
    "2024-01-00 00:00:00.000000",
    "0000-01-01 00:00:00.000000",
    "2024-01-01 24:00:00.000000",
    "2024-01-01 00:60:00.000000",
    "2024-01-01 00:00:60.000000",
    "2024-01-01 00:00:00.",
    "2024-01-01 00:00:00.1234567",
    "2024-01-01 00:00",
    "24-01-01 00:00:00.0",
    "2024-001-01 00:00:00.0",
    "2024-01-01T00:00:00.000000",
    " 2024-01-01 00:00:00.000000",
    "2024-01-01 00:00:00.000000\n",
    "",
    "now",
  ])("takes %j for no date", (text) => {
    expect(parseDateTime(text)).toBeUndefined();
  });

  it("parses every text that formatDateTime can write", () => {
    const date = fc.date({
      min: new Date("0001-01-02T00:00:00Z"),
      max: new Date("9999-12-30T00:00:00Z"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(date, fc.integer({ min: 0, max: 999_999 }), (day, microsecond) => {
        const written = formatDateTime(new DateTime(day, microsecond));
        const read = parseDateTime(written);
        expect(read?.microsecond).toBe(microsecond);
        expect(read && formatDateTime(read)).toBe(written);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });
});

describe("DateTime", () => {
  it("takes the arguments of Date", () => {
    expect(new DateTime(0).getTime()).toBe(0);
    expect(new DateTime("2024-02-27T15:11:16.101Z").toISOString()).toBe("2024-02-27T15:11:16.101Z");
    expect(new DateTime(2024, 1, 27, 15, 11, 16, 101).getTime()).toBe(
      new Date(2024, 1, 27, 15, 11, 16, 101).getTime(),
    );
    expect(new DateTime(2024, 1).getTime()).toBe(new Date(2024, 1).getTime());
    expect(Math.abs(new DateTime().getTime() - Date.now())).toBeLessThan(5000);
  });

  it("derives microseconds from its milliseconds where none are given, before 1970 too", () => {
    expect(new DateTime("2024-02-27T15:11:16.101Z").microsecond).toBe(101_000);
    expect(new DateTime(-1).microsecond).toBe(999_000);
  });

  it("keeps the microseconds of one that it copies", () => {
    expect(new DateTime(new DateTime(new Date(0), 123_456)).microsecond).toBe(123_456);
  });

  it("takes the second from the date and the rest from the microseconds", () => {
    const date = new DateTime(new Date("2024-02-27T15:11:16.999Z"), 101_258);
    expect(date.toISOString()).toBe("2024-02-27T15:11:16.101Z");
    expect(date.microsecond).toBe(101_258);
  });

  it.each([-1, 1_000_000, 0.5, Number.NaN])("refuses %s microseconds", (microsecond) => {
    expect(() => new DateTime(new Date(0), microsecond)).toThrow(FileStructureException);
  });
});

describe("isDate", () => {
  it("recognizes a Date of another realm", () => {
    expect(isDate(runInNewContext("new Date(0)"))).toBe(true);
    expect(isDate(new DateTime())).toBe(true);
  });

  it.each([0, "2024-01-01", null, undefined, {}])("is false for %j", (value) => {
    expect(isDate(value)).toBe(false);
  });
});
