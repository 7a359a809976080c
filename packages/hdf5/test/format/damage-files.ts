import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";
import { h5py } from "../../../../test/support/judges.js";
import { lookup3 } from "../../../files/src/port/checksum.js";
import { StructureFile } from "../../src/headers/structure-file.js";
import { temporaryFolder } from "./h5py.js";
import { seeded } from "./removal-model.js";

/**
 * Lowest and highest version, and what is done with checksums: "kept" ones catch nearly all damage
 * at once, "ignored" lets it through to everything behind them.
 */
export const STYLES_TO_DAMAGE = [
  ["earliest", "v108", "kept"],
  ["v108", "v110", "kept"],
  ["v108", "v110", "ignored"],
  ["latest", "latest", "ignored"],
] as const;

type Style = readonly [low: string, high: string, checksums: "kept" | "ignored"];

function sound([low, high]: Style): Uint8Array {
  const folder = temporaryFolder();
  const path = join(folder.path, "small.h5");
  execFileSync(h5py.command, [fileURLToPath(new URL("small-file.py", import.meta.url)), path, low, high]);
  const bytes = new Uint8Array(readFileSync(path));
  folder.remove();
  return bytes;
}

const SIGNATURES =
  "TREE SNOD HEAP GCOL OHDR OCHK BTHD BTIN BTLF FRHP FHDB FHIB FSHD FADB FAHD EAHD EAIB EADB EASB";

/** Where structures begin: most of the bytes of a file are unused, and damage there proves nothing. */
function structuresOf(bytes: Uint8Array): number[] {
  const text = Buffer.from(bytes).toString("latin1");
  const found = [0];
  for (const signature of SIGNATURES.split(" ")) {
    for (let at = text.indexOf(signature); at >= 0; at = text.indexOf(signature, at + 1)) found.push(at);
  }
  return found;
}

/** Damages a file in `count` random ways, reproducibly. */
export function* damagedFiles(
  style: Style,
  seed: number,
  count: number,
): Generator<{ bytes: Uint8Array; what: string }> {
  const original = sound(style);
  const structures = structuresOf(original);
  const random = seeded(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const ignore = style[2] === "ignored";
  const spy = ignore
    ? vi.spyOn(StructureFile.prototype, "verifyChecksum").mockImplementation(() => {})
    : undefined;
  const interesting = [0, 1, 0x7f, 0x80, 0xff];
  try {
    for (let round = 0; round < count; round += 1) {
      const bytes = original.slice();
      const what: string[] = [`${style.join("-")}, seed ${seed}, round ${round}`];
      for (let changes = 1 + below(3); changes > 0; changes -= 1) {
        const start = structures[below(structures.length)] ?? 0;
        const at = Math.min(bytes.length - 8, start + below(random() < 0.5 ? 64 : 400));
        switch (below(5)) {
          case 0:
            bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
            break;
          case 1:
            bytes[at] = interesting[below(interesting.length)] ?? 0;
            break;
          case 2: // an address, or a large number, of another structure
            new DataView(bytes.buffer).setBigUint64(
              at,
              BigInt(structures[below(structures.length)] ?? 0),
              true,
            );
            break;
          case 3:
            bytes.copyWithin(
              at,
              structures[below(structures.length)] ?? 0,
              (structures[below(structures.length)] ?? 0) + below(64),
            );
            break;
          default:
            bytes.fill(interesting[below(interesting.length)] ?? 0, at, at + 1 + below(8));
        }
        what.push(`${at}`);
      }
      const truncated = below(10) === 0;
      const cut = truncated ? bytes.slice(0, below(bytes.length)) : bytes;
      if (ignore) sealSuperblock(cut);
      yield { bytes: cut, what: what.join(" ") };
    }
  } finally {
    spy?.mockRestore();
  }
}

/** Makes the superblock's end and checksum right again, so that what is behind it is read. */
function sealSuperblock(bytes: Uint8Array): void {
  if (bytes.length < 48) return;
  const view = new DataView(bytes.buffer);
  view.setBigUint64(28, BigInt(bytes.length), true);
  view.setUint32(44, lookup3(bytes.subarray(0, 44)), true);
}
