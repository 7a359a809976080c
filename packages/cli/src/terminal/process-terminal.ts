import type { WriteStream } from "node:tty";
import { fileException, throwIfAborted } from "@tvb-storage/files";
import { ClosedOutput, type Output, type Terminal } from "./terminal.js";

type ProcessStream = NodeJS.WritableStream & Partial<Pick<WriteStream, "isTTY" | "columns">>;

interface OutputRole {
  /** For errors. */
  readonly name: string;
  /** stdout: a command does not go on without its reader, nor when it is interrupted. */
  readonly isResult: boolean;
  readonly signal: AbortSignal;
}

function outputOf(stream: ProcessStream, { name, isResult, signal }: OutputRole): Output {
  let failure: Error | undefined;
  const failed = (error: NodeJS.ErrnoException): Error => {
    failure ??=
      error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED"
        ? new ClosedOutput()
        : fileException(error, `cannot write to ${name}`);
    return failure;
  };
  stream.on("error", failed);
  const writeNow = (text: string | Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      if (failure !== undefined) {
        reject(failure);
        return;
      }
      // A reader that is stuck must not keep an interrupted command.
      const interrupt = () => reject(new Error(`${name} was not read`));
      signal.addEventListener("abort", interrupt, { once: true });
      stream.write(text, (error) => {
        signal.removeEventListener("abort", interrupt);
        if (error) reject(failed(error));
        else resolve();
      });
    });
  return {
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.isTTY === true ? stream.columns : undefined;
    },
    async write(text) {
      if (isResult) {
        throwIfAborted(signal, `writing to ${name}`);
        await writeNow(text);
      } else {
        await writeNow(text).catch(() => {}); // there is no other place to say it
      }
    },
  };
}

/** The terminal of this process. `end` takes its signal handlers away again. */
export function processTerminal(): Terminal & { end(): void } {
  const interruption = new AbortController();
  const { signal } = interruption;
  const stop = (name: NodeJS.Signals) => {
    // A second Ctrl-C ends the process at once; files survive that.
    end();
    interruption.abort(name);
  };
  const end = () => void process.off("SIGINT", stop).off("SIGTERM", stop);
  process.on("SIGINT", stop).on("SIGTERM", stop);
  return {
    stdout: outputOf(process.stdout, { name: "the standard output", isResult: true, signal }),
    stderr: outputOf(process.stderr, { name: "the standard error", isResult: false, signal }),
    env: process.env,
    signal,
    end,
  };
}
