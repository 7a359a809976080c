import type { WriteStream } from "node:tty";
import { fileException, nextTurn, throwIfAborted } from "@tvb-storage/files";
import { ClosedOutput, type Output, type Terminal } from "./terminal.js";

type ProcessStream = NodeJS.WritableStream & Partial<Pick<WriteStream, "isTTY" | "columns">>;

interface OutputRole {
  /** For errors. */
  readonly name: string;
  /** stdout: a command does not go on without its reader, nor when it is interrupted. */
  readonly isResult: boolean;
  readonly signal: AbortSignal;
  /** Calls it while signals end the process, as they do without handlers. One that comes just before is lost. */
  readonly unhandled: (write: () => void) => void;
}

function outputOf(stream: ProcessStream, { name, isResult, signal, unhandled }: OutputRole): Output {
  let failure: Error | undefined;
  const failed = (error: Error & { code?: unknown }): Error => {
    failure ??=
      error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED"
        ? new ClosedOutput()
        : fileException(error, `cannot write to ${name}`);
    return failure;
  };
  stream.on("error", failed);
  const isTerminal = stream.isTTY === true;
  const writeNow = (text: string | Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      if (failure !== undefined) {
        reject(failure);
        return;
      }
      // A reader that is stuck must not keep an interrupted command. Node writes to terminals in one blocking call, in
      // which no handler runs; to pipes it does not, and this ends the wait.
      const interrupt = () => reject(new Error(`${name} was not read`));
      signal.addEventListener("abort", interrupt, { once: true });
      const written = (error?: Error | null) => {
        signal.removeEventListener("abort", interrupt);
        if (error) reject(failed(error));
        else resolve();
      };
      if (isTerminal) unhandled(() => stream.write(text, written));
      else stream.write(text, written);
    });
  return {
    isTerminal,
    get columns() {
      return isTerminal ? stream.columns : undefined;
    },
    async write(text) {
      if (isResult) {
        // A signal that came meanwhile is handled. After I/O, a first turn ends before signals are looked at.
        await nextTurn();
        await nextTurn();
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
  const listen = () => void process.on("SIGINT", stop).on("SIGTERM", stop);
  const ignore = () => void process.off("SIGINT", stop).off("SIGTERM", stop);
  let isOver = false;
  const end = () => {
    isOver = true;
    ignore();
  };
  const stop = (name: NodeJS.Signals) => {
    // A second Ctrl-C ends the process at once; files survive that.
    end();
    interruption.abort(name);
  };
  const unhandled = (write: () => void) => {
    ignore();
    try {
      write();
    } finally {
      if (!isOver) listen();
    }
  };
  listen();
  const shared = { signal, unhandled };
  return {
    stdout: outputOf(process.stdout, { name: "the standard output", isResult: true, ...shared }),
    stderr: outputOf(process.stderr, { name: "the standard error", isResult: false, ...shared }),
    env: process.env,
    signal,
    end,
  };
}
