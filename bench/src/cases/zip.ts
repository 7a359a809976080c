import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { TvbZip } from "@tvb-storage/zip";
import { type CallCase, type Context, sizeOf } from "../bench-case.js";
import { expectEqual, signal } from "../signal.js";

const MIB = 1024 * 1024;

/** A project of files of equal size, each a different part of a signal. */
async function setupTree(context: Context): Promise<void> {
  const files = sizeOf(context, "files");
  const bytes = Math.floor((sizeOf(context, "mib") * MIB) / files / 8) * 8;
  const values = signal(bytes / 8 + files);
  for (let i = 0; i < files; i++) {
    const folder = `${context.shared}/project/${i % 10}`;
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/TimeSeries_${i}.h5`, values.subarray(i, i + bytes / 8));
  }
}

async function pack(context: Context, target: string): Promise<void> {
  const zip = await TvbZip.open(target, "w", context.options);
  await zip.writeZipFolder(`${context.shared}/project`);
  await zip.close();
}

/** Also what the Python peers check. */
function checkUnpacked(context: Context, folder: string): void {
  let files = 0;
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    files += 1;
    bytes += statSync(`${entry.parentPath}/${entry.name}`).size;
  }
  expectEqual("number of files", files, sizeOf(context, "files"));
  const each = Math.floor((sizeOf(context, "mib") * MIB) / files / 8) * 8;
  expectEqual("bytes unpacked", bytes, each * files);
}

const sizes = { full: { files: 300, mib: 1024 }, quick: { files: 30, mib: 32 } };

export const cases: readonly CallCase[] = [
  {
    ...sizes,
    name: "zip",
    title: "zip a project of 1 GiB in 300 files",
    rounds: 3,
    python: ["zipfile"],
    limits: [{ measure: "ms", peer: "zipfile", atMost: { warm: 0.7, fresh: 0.7 } }],
    setup: setupTree,
    ours: (context) => {
      const target = `${context.folder}/project.zip`;
      return {
        prepare: () => rmSync(target, { force: true }),
        run: () => pack(context, target),
        check: async () => {
          const zip = await TvbZip.open(target, "r");
          expectEqual("number of entries", zip.namelist().length, sizeOf(context, "files"));
          await zip.close();
        },
      };
    },
  },
  {
    ...sizes,
    name: "unzip",
    title: "unzip a project of 1 GiB in 300 files",
    rounds: 3,
    python: ["zipfile"],
    limits: [{ measure: "ms", peer: "zipfile", atMost: { warm: 0.7, fresh: 0.7 } }],
    setup: async (context) => {
      await setupTree(context);
      await pack(context, `${context.shared}/project.zip`);
      rmSync(`${context.shared}/project`, { recursive: true });
    },
    ours: (context) => {
      const folder = `${context.folder}/unpacked`;
      return {
        prepare: () => rmSync(folder, { recursive: true, force: true }),
        run: async () => {
          const zip = await TvbZip.open(`${context.shared}/project.zip`, "r", context.options);
          await zip.unpackZip(folder);
          await zip.close();
        },
        check: () => checkUnpacked(context, folder),
      };
    },
  },
];
