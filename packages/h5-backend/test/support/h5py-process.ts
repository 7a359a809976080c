import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { afterEach } from "vitest";
import { h5py } from "../../../../test/support/judges.js";

/** A program with h5py that runs beside the test: it says a line (`say()`) and waits for one (`wait()`) by turns. */
export interface H5pyProcess {
  readonly pid: number;
  /** The next line that it says. */
  said(): Promise<string>;
  /** Lets it go on from its `wait()`. */
  goOn(): void;
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
  /** Resolves when it has ended by itself. */
  readonly ended: Promise<void>;
}

const PRELUDE = `import os, sys, time, h5py, numpy as np
def say(text="ready"):
    print(text, flush=True)
def wait():
    sys.stdin.readline()
`;

/** Starts a script, of which `sys.argv[1:]` are the arguments, and waits for its first line. What runs is killed after each test. */
export function h5pyProcesses(): (script: string, ...args: string[]) => Promise<H5pyProcess> {
  const running = new Set<H5pyProcess>();
  afterEach(async () => {
    for (const process of running) await process.kill();
    running.clear();
  });
  return async (script, ...args) => {
    const child = spawn(h5py.command, ["-c", PRELUDE + script, ...args], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const ended = new Promise<void>((resolve) => {
      child.once("exit", () => resolve());
    });
    child.stdin.on("error", () => undefined);
    const started: H5pyProcess = {
      pid: child.pid ?? -1,
      said: async () => {
        const { value, done } = await lines.next();
        if (done === true) throw new Error("the program with h5py has ended");
        return value;
      },
      goOn: () => child.stdin.write("\n"),
      kill: () => {
        child.kill("SIGKILL");
        return ended;
      },
      ended,
    };
    running.add(started);
    await started.said();
    return started;
  };
}
