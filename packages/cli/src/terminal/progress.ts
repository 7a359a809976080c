import type { Progress } from "@tvb-storage/files";
import cliProgress from "cli-progress";
import type { Terminal } from "./terminal.js";

/** Work that takes no longer than this shows no bar. */
const QUIET_MS = 300;

/**
 * Runs `work` with a progress bar on stderr, which is taken away when it ends. There is none where stderr is no
 * terminal, nor for work that is done in a moment.
 */
export async function withProgress<T>(
  { stderr }: Terminal,
  title: string,
  work: (onProgress: Progress) => Promise<T>,
): Promise<T> {
  if (!stderr.isTerminal) return work(() => {});
  const started = performance.now();
  let bar: cliProgress.SingleBar | undefined;
  try {
    return await work((done, total) => {
      if (total <= 0) return;
      if (bar === undefined) {
        if (performance.now() - started < QUIET_MS) return;
        const format = `${title} {bar} {percentage}% | {eta_formatted} left`;
        bar = new cliProgress.SingleBar(
          { format, clearOnComplete: true, hideCursor: true, stream: process.stderr },
          cliProgress.Presets.shades_classic,
        );
        bar.start(total, done);
      }
      bar.setTotal(total);
      bar.update(done);
    });
  } finally {
    bar?.stop();
  }
}
