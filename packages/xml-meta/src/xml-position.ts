const LINE_END = /\r\n?|\n/g;

/** Line and column of what follows `text`, from 1, in characters, as editors count them. */
export function positionAfter(text: string): string {
  let line = 1;
  let start = 0;
  for (const { 0: end, index } of text.matchAll(LINE_END)) {
    line += 1;
    start = index + end.length;
  }
  let column = 1;
  for (const _character of text.slice(start)) column += 1;
  return `line ${line}, column ${column}`;
}
