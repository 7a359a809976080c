/**
 * A file's time, in milliseconds since 1970, as `utimes` and `futimes` take it:
 * Node takes a number below 0 for the current time, and a Date for what it is.
 */
export function fileTime(milliseconds: number): number | Date {
  return milliseconds < 0 ? new Date(Math.floor(milliseconds)) : milliseconds / 1000;
}
