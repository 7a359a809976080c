import type { WriteStream } from "node:tty";
import { ClosedOutput, type Output, type Terminal } from "./terminal.js";

type ProcessStream = NodeJS.WritableStream & Partial<Pick<WriteStream, "isTTY" | "columns">>;

function outputOf(stream: ProcessStream): Output {
  let failure: Error | undefined;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    failure = error.code === "EPIPE" ? new ClosedOutput() : error;
  });
  return {
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.isTTY === true ? stream.columns : undefined;
    },
    write: (text) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) reject(failure);
        else stream.write(text, (error) => (error ? reject(failure ?? error) : resolve()));
      }),
  };
}

/** The terminal of this process. `end` takes its signal handlers away again. */
export function processTerminal(): Terminal & { end(): void } {
  const interruption = new AbortController();
  const stop = (name: NodeJS.Signals) => interruption.abort(name);
  // Once: whoever presses Ctrl-C a second time wants the process gone, and the files survive that.
  process.once("SIGINT", stop).once("SIGTERM", stop);
  return {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    env: process.env,
    signal: interruption.signal,
    end: () => void process.off("SIGINT", stop).off("SIGTERM", stop),
  };
}
