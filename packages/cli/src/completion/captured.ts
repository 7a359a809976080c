/** The lines that `work` gives to `console.log`, which are not printed. `@bomb.sh/tab` answers only so. */
export function captured(work: () => void): string[] {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: unknown) => void lines.push(String(line));
  try {
    work();
  } finally {
    console.log = log;
  }
  return lines;
}
