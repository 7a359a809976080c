import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { packages, programOptions } from "../../../../test/support/sources.mjs";

const PROGRAM = `
import { createInterface } from "node:readline";
import { TvbZip } from "@tvb-storage/zip";

process.stdout.write("ready\\n");
for await (const line of createInterface({ input: process.stdin })) {
  const [archive, folder] = JSON.parse(line);
  const zip = await TvbZip.open(archive, "r");
  try {
    await zip.unpackZip(folder);
    process.stdout.write("done\\n");
  } catch (error) {
    process.stdout.write("refused: " + error.message + "\\n");
  }
  await zip.close();
}
`;

/** Writes a program that unpacks what each line asks for, `["archive", "folder"]`; made from the sources, as all tests run. */
export async function buildUnpackProgram(outfile: string): Promise<void> {
  await build({
    stdin: { contents: PROGRAM, resolveDir: `${packages}zip`, loader: "js" },
    outfile,
    ...programOptions,
  });
}

export interface Running {
  readonly process: ChildProcess;
  /** The next line that it prints; undefined when it has ended. */
  line(): Promise<string | undefined>;
  say(line: string): void;
  /** Ends it, and waits until it has. Gives the lines that nobody asked for. */
  end(signal: NodeJS.Signals): Promise<readonly string[]>;
}

export function start(script: string, args: readonly string[]): Running {
  const child = spawn(process.execPath, [script, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  // A process that is killed reads no more.
  child.stdin.on("error", () => undefined);
  const line = async (): Promise<string | undefined> => {
    const { value, done } = await lines.next();
    return done === true ? undefined : value;
  };
  return {
    process: child,
    line,
    say: (text) => child.stdin.write(`${text}\n`),
    async end(signal) {
      child.kill(signal);
      await closed;
      const rest: string[] = [];
      for (let next = await line(); next !== undefined; next = await line()) rest.push(next);
      return rest;
    },
  };
}
