import { FileStructureException } from "@tvb-storage/errors";
import { argumentMessage } from "./check-argument.js";
import { quoted } from "./quoted.js";
import { readArgument } from "./read-argument.js";

/** What Python's `strptime` takes for the original's format, and the same without a fraction, as `str` of a date may be. */
const TEXT = /^(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,6}))?$/;

function digits(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

/** Whether `value` is a Date, also one of another realm (a test runner's, a frame's). */
export function isDate(value: unknown): value is Date {
  return typeof value === "object" && Object.prototype.toString.call(value) === "[object Date]";
}

/** @throws FileStructureException what Date itself would throw a TypeError at. */
function checkPart(part: unknown): void {
  if (part === undefined || typeof part === "number" || typeof part === "string" || isDate(part)) return;
  throw new FileStructureException(
    argumentMessage("a part of a DateTime", "a number, a text or a Date", quoted(part)),
  );
}

/** A moment in local time with Python's microseconds, which `Date` alone would round away. */
export class DateTime extends Date {
  /** Microseconds within the second, 0 to 999,999. */
  readonly microsecond: number;

  /** As `Date`'s; a `DateTime` is copied with its microseconds. */
  constructor(value?: Date | number | string);
  constructor(
    year: number,
    monthIndex: number,
    date?: number,
    hours?: number,
    minutes?: number,
    seconds?: number,
    ms?: number,
  );
  /** The second of `date`, with `microsecond` instead of its milliseconds. */
  constructor(date: Date, microsecond: number);
  constructor(...given: readonly [first?: Date | number | string, second?: number, ...rest: unknown[]]) {
    const [first, second] = given;
    readArgument("the parts of a DateTime", () => given.forEach(checkPart));
    const exact = isDate(first) && second !== undefined;
    if (exact && !(Number.isInteger(second) && second >= 0 && second <= 999_999))
      throw new FileStructureException(
        argumentMessage("microseconds", "a whole number from 0 to 999999", quoted(second)),
      );
    const whole = exact ? new Date(first).setMilliseconds(Math.floor(second / 1000)) : first;
    // Date's forms differ in the number of arguments, which one type cannot express.
    super(...((isDate(first) ? [whole] : given) as unknown as [number, number]));
    this.microsecond = exact ? second : isDate(first) ? microsecondsOf(first) : this.getMilliseconds() * 1000;
  }
}

/**
 * `YYYY-MM-DD HH:MM:SS.ffffff` in local time, as the Python original writes
 * dates to attributes and XML.
 *
 * @throws RangeError a date that is not one, or of a year that four digits cannot hold.
 */
export function formatDateTime(date: Date): string {
  const year = date.getFullYear();
  if (!(year >= 1 && year <= 9999))
    throw new RangeError(`a date between the years 1 and 9999 is needed, not ${String(date)}`);
  const day = `${digits(year, 4)}-${digits(date.getMonth() + 1, 2)}-${digits(date.getDate(), 2)}`;
  const time = `${digits(date.getHours(), 2)}:${digits(date.getMinutes(), 2)}:${digits(date.getSeconds(), 2)}`;
  return `${day} ${time}.${digits(microsecondsOf(date), 6)}`;
}

function microsecondsOf(date: Date): number {
  const whole = date.getMilliseconds() * 1000;
  // Recognized by its field, since it may come from another copy of this package.
  if (!("microsecond" in date) || typeof date.microsecond !== "number") return whole;
  // After a setter of Date was called, the microseconds are no longer the ones that were read.
  return Math.floor(date.microsecond / 1000) * 1000 === whole ? date.microsecond : whole;
}

/**
 * The date in a text of the original's format, with a fraction of 1 to 6 digits or
 * none; undefined for any other text.
 */
export function parseDateTime(text: string): DateTime | undefined {
  const match = TEXT.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number, // six groups of digits, by the pattern
  ];
  const micro = Number((match[7] ?? "").padEnd(6, "0"));
  const date = new Date(2000, 0, 1);
  date.setFullYear(year, month - 1, day);
  date.setHours(hour, minute, second, Math.floor(micro / 1000));
  // Date makes March out of the 31st of February; such a text is not a date. An hour that a change of clocks skipped may move.
  const calendar = new Date(Date.UTC(2000, month - 1, day));
  calendar.setUTCFullYear(year, month - 1, day);
  if (calendar.getUTCMonth() !== month - 1 || calendar.getUTCDate() !== day) return undefined;
  if (year < 1 || hour > 23 || minute > 59 || second > 59) return undefined;
  return new DateTime(date, micro);
}
