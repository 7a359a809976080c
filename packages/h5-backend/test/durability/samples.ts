import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { h5py } from "../../../../test/support/judges.js";
import { temporaryFolder } from "../../../../test/support/temporary-folder.js";
import type { Sample } from "./crash-points.js";

const PROGRAM = fileURLToPath(new URL("same-content.py", import.meta.url));

/** Whether other programs open the file: it is there, and not still marked as open by the writer that died before us. */
function opensElsewhere(bytes: Uint8Array | undefined): bytes is Uint8Array {
  if (bytes === undefined) return false;
  const [version, consistencyFlags] = [bytes[8], bytes[11]];
  return version !== 3 || consistencyFlags === 0;
}

/** What crashes left, for h5py to open all in one run. */
export class Samples {
  readonly #file = temporaryFolder("crash-samples");
  readonly #checks = new Map<string, { file: string; allowed: string[] }>();

  readonly add = ({ bytes, allowed }: Sample): void => {
    if (!opensElsewhere(bytes)) return;
    const file = this.#put(bytes);
    const names = allowed.filter(opensElsewhere).map((one) => this.#put(one));
    this.#checks.set(`${file} ${names.join()}`, { file, allowed: names });
  };

  /** The same bytes are the same file. */
  #put(bytes: Uint8Array): string {
    const name = `${createHash("sha256").update(bytes).digest("hex")}.h5`;
    writeFileSync(this.#file(name), bytes);
    return name;
  }

  /** How many files were checked, and which of them h5py could not read or found something else in. */
  check(): { checked: number; wrong: readonly (readonly [file: string, why: string])[] } {
    const output = execFileSync(h5py.command, [PROGRAM, this.#file()], {
      input: JSON.stringify([...this.#checks.values()]),
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    // The answer of a program of ours.
    return JSON.parse(output) as ReturnType<Samples["check"]>;
  }
}
