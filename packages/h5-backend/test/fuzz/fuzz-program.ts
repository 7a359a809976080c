// Uses damaged files one after the other: from number `first` up to `end`, of the files that
// follow. Says on stdout which number it is at, so that its parent process knows where it hangs or
// dies.
import { readFileSync, writeSync } from "node:fs";
import { getEngine } from "../../src/engine/engine.js";
import { readSecret } from "../support/secret.js";
import { mutate, targetOf } from "./mutate.js";
import { checkHealth, useFile } from "./use-file.js";

const [first = "0", end = "0", ...files] = process.argv.slice(2);
const targets = files.map((file) => targetOf(new Uint8Array(readFileSync(file))));
const say = (line: string): void => {
  writeSync(1, `${line}\n`);
};

const engine = await getEngine();
for (let number = Number(first); number < Number(end); number++) {
  say(`at ${number}`);
  const target = targets[number % targets.length];
  if (target === undefined) throw new Error("no files to damage");
  try {
    await readSecret();
    await useFile(mutate(target, targets, number), number % 4 === 0);
    if (number % 25 === 0) await checkHealth();
  } catch (error) {
    say(`bad ${number} ${JSON.stringify(error instanceof Error ? error.message : String(error))}`);
  }
}
say(`heap ${engine.wasm.HEAPU8.length}`);
say(`starts ${engine.starts}`);
