import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { packages } from "../../../../test/support/sources.mjs";
import { bundleEdited } from "./bundle-edited.js";
import type { Failure } from "./find-catch.js";
import type { EditedFile, Variant } from "./variant.js";
import type { Report, Task } from "./variant-worker.js";

/** A thread that is silent for longer computes without end. A rule that only waits is given up much earlier. */
const SILENCE_MS = 60_000;

/** The first sequence of the model that fails is enough; how short it can be made would depend on the time that takes. */
export const UNSHRUNK: EditedFile = {
  file: "testkit/src/model/check-against-model.ts",
  from: "const SHRINK_MS = 5_000;",
  to: "const SHRINK_MS = -1;",
};

/**
 * Runs the kit in a thread of its own: a wrong backend may compute without end, or spoil what the rules share, such as
 * their arrays.
 */
async function runInThread(program: string, task: Task): Promise<readonly Failure[]> {
  const worker = new Worker(program, { workerData: task, stdout: true, stderr: true });
  let current = { group: "", rule: "" };
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const watch = (): void => {
        clearTimeout(watchdog);
        watchdog = setTimeout(
          () => resolve([{ ...current, step: "the rule computes without end" }]),
          SILENCE_MS,
        );
      };
      watch();
      worker.on("error", reject);
      worker.on("exit", () => reject(new Error("the thread ended before the kit did")));
      worker.on("message", (report: Report) => {
        watch();
        if ("rule" in report) current = report;
        else if ("failures" in report) resolve(report.failures);
        else reject(new Error(report.broken));
      });
    });
  } finally {
    clearTimeout(watchdog);
    await worker.terminate();
  }
}

/** Runs the kit on variants, as many at a time as there are processors. */
export class VariantPool {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  #programs = 0;

  private constructor(private readonly file: (name: string) => string) {}

  /** @param file the path of a file in a folder for the programs of the threads */
  static async start(file: (name: string) => string): Promise<VariantPool> {
    const entry = fileURLToPath(new URL("variant-worker.ts", import.meta.url));
    await writeFile(file("kit.mjs"), await bundleEdited(entry, UNSHRUNK));
    return new VariantPool(file);
  }

  /**
   * The failures of a variant of a subject (of the backend as it is, without one) up to the first that matches `uses`;
   * `first` are the rules to begin with.
   */
  async run(
    subject: "memory" | "remote",
    variant: Variant | undefined,
    uses: RegExp,
    first = "",
  ): Promise<readonly Failure[]> {
    if (this.#running === availableParallelism())
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      const module = this.file(`backend${this.#programs++}.mjs`);
      const entry = `${packages}testkit/test/mutation/subjects/${subject}.ts`;
      await writeFile(module, await bundleEdited(entry, variant));
      return await runInThread(this.file("kit.mjs"), { module: pathToFileURL(module).href, uses, first });
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
