import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { equal, isTrue, within } from "../expect.js";
import { counting, growable, otherProcesses } from "../requirements.js";
import { type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

/** Appends rows (writer, 0), (writer, 1), ... each with a close, and prints each number when it is done. */
const WRITER = `
const [module, name, path, writer, rows, dtype] = process.argv.slice(1);
const manager = (await import(module))[name].open(path);
for (let i = 0; i < Number(rows); i++) {
  await manager.appendData([[Number(writer), i]], "x", { growDimension: 0, dtype });
  console.log(i);
}
`;

const PATIENCE_MS = 60_000;

interface Writer {
  readonly child: ChildProcess;
  /** Rows that it reported as done. */
  readonly acknowledged: () => number;
  readonly done: Promise<void>;
}

function startWriter(t: StorageContext, writer: number, rows: number): Writer {
  const { processes } = t.samples;
  if (processes === undefined) throw new TypeError("the rule needs a module");
  if (!existsSync(processes.module))
    throw new TypeError(
      `the option processes names ${processes.module.href}, which is not there: build it first`,
    );
  const args = [processes.module.href, processes.backend, t.path(), String(writer), String(rows), t.dtype];
  const child = spawn(process.execPath, ["--input-type=module", "--eval", WRITER, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let acknowledged = 0;
  let errors = "";
  createInterface({ input: child.stdout }).on("line", () => {
    acknowledged += 1;
  });
  child.stderr.on("data", (text: Buffer) => {
    errors += text.toString();
  });
  const done = new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0 || signal === "SIGKILL") resolve();
      else reject(new Error(`a writing process failed (exit ${code}): ${errors.slice(0, 2000)}`));
    });
  });
  return { child, acknowledged: () => acknowledged, done };
}

async function until(what: string, met: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!met()) {
    if (Date.now() > deadline) throw new Error(`${what} does not happen`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The row numbers of each writer, in the order of the file. */
async function rowsByWriter(t: StorageContext): Promise<Map<number, number[]>> {
  const { data } = await t.open().getData("x");
  const rows = new Map<number, number[]>();
  for (let i = 0; i < data.length; i += 2) {
    const writer = Number(data[i]);
    rows.set(writer, [...(rows.get(writer) ?? []), Number(data[i + 1])]);
  }
  return rows;
}

const counted = (length: number): number[] => Array.from({ length }, (_, i) => i);

export const processRules: RuleGroup<StorageContext> = {
  name: "other processes",
  only: "disk",
  rules: [
    rule(
      "rows appended by three processes at once arrive each once, in each one's order",
      [otherProcesses, growable, counting],
      async (t) => {
        const writers = counted(3).map((writer) => startWriter(t, writer, 20));
        await within(
          PATIENCE_MS,
          "appending from three processes",
          Promise.all(writers.map(({ done }) => done)),
        );
        const rows = await rowsByWriter(t);
        for (const writer of counted(3)) equal(rows.get(writer), counted(20), `rows of process ${writer}`);
      },
    ),
    rule(
      "a process that is killed loses nothing that it was told is done, and locks nobody out",
      [otherProcesses, growable, counting],
      async (t) => {
        const { child, acknowledged, done } = startWriter(t, 1, 100_000);
        await until("the first ten appends", () => acknowledged() >= 10);
        child.kill("SIGKILL");
        await done;
        await within(
          PATIENCE_MS,
          "appending after a writer was killed",
          t.open().appendData(t.data([[2, 0]]), "x", { growDimension: 0 }),
        );
        const rows = await rowsByWriter(t);
        const kept = rows.get(1) ?? [];
        equal(kept, counted(kept.length));
        isTrue(
          kept.length >= acknowledged(),
          `${acknowledged()} rows were acknowledged, ${kept.length} are there`,
        );
        equal(rows.get(2), [0]);
      },
    ),
    rule(
      "a reader beside a writing process sees its rows come, none of them in part",
      [otherProcesses, growable, counting],
      async (t) => {
        const { acknowledged, done, child } = startWriter(t, 1, 100_000);
        try {
          await until("the first append", () => acknowledged() >= 1);
          let seen = 0;
          for (let look = 0; look < 30; look++) {
            const rows = (await rowsByWriter(t)).get(1) ?? [];
            equal(rows, counted(rows.length));
            isTrue(rows.length >= seen, "no row should go again");
            seen = rows.length;
          }
          await until("more appends", () => acknowledged() > 5);
          isTrue(
            ((await rowsByWriter(t)).get(1) ?? []).length > 5,
            "rows that were acknowledged should be seen",
          );
        } finally {
          child.kill("SIGKILL");
          await done;
        }
      },
    ),
  ],
};
