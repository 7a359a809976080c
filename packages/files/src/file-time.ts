/**
 * A file's time, in milliseconds since 1970, as `utimes` and `futimes` take it:
 * Node takes a negative number for the current time, but not a Date.
 */
export function fileTime(milliseconds: number): number | Date {
  return milliseconds < 0 ? new Date(Math.floor(milliseconds)) : milliseconds / 1000;
}
