import { Presets, SingleBar } from "cli-progress";

/**
 * Shows a bar on stderr while `work` runs, which reports how much is done. Where
 * stderr is not a terminal, prints a line from time to time.
 */
export async function withProgressBar<T>(
  title: string,
  total: number,
  unit: string,
  work: (onProgress: (done: number) => void) => Promise<T>,
): Promise<T> {
  const format = `    ${title} {bar} {percentage}% | {value}/{total} ${unit} | {duration_formatted}`;
  const bar = new SingleBar(
    { format, noTTYOutput: true, notTTYSchedule: 5000, hideCursor: true },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  try {
    return await work((done) => bar.update(done));
  } finally {
    bar.stop();
  }
}
