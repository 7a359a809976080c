import type { Variant } from "../variant.js";

const HELPER = "fs-helper/src/files-helper.ts";
const COPY = "fs-helper/src/copy-file.ts";
const USAGE = "fs-helper/src/disk-usage.ts";

/** Mistakes of a `FilesHelper` with copies and sizes. */
export const copiesSet: readonly Variant[] = [
  {
    wrong: "copies a file onto another name of itself",
    file: COPY,
    from: "old !== undefined && isSameFile(source.stats, old))",
    to: "old !== undefined && source.path === dest)",
    uses: /copyFile|same/,
  },
  {
    wrong: "gives a file that a copy replaces the mode of the source",
    file: COPY,
    from: "{ keptMode: old.mode }",
    to: "{ keptMode: mode ?? old.mode }",
    uses: /copyFile|mode/,
  },
  {
    wrong: "gives a new copy the default mode",
    file: COPY,
    from: "mode === undefined ? {} : { mode }",
    to: "{}",
    uses: /copyFile|mode/,
  },
  {
    wrong: "does not check destPostfix, so that a copy leaves its folder",
    file: HELPER,
    from: 'checkName(destPostfix, "destPostfix")',
    to: "destPostfix",
    uses: /destPostfix/,
  },
  {
    wrong: "ignores bufferSize",
    file: COPY,
    from: "options.bufferSize ?? DEFAULT_BUFFER_BYTES",
    to: "DEFAULT_BUFFER_BYTES",
    uses: /bufferSize|onProgress/,
  },
  {
    wrong: "counts the progress of a stream of text in characters",
    file: COPY,
    from: "call.advance(bytes.length);",
    to: 'call.advance(typeof chunk === "string" ? chunk.length : bytes.length);',
    uses: /onProgress|progress/,
  },
  {
    wrong: "reads every chunk of a copy into the same memory",
    file: COPY,
    from: `    for (let position = 0; ; ) {
      // A new one each time: the receiver of a chunk may keep it.
      const buffer = new Uint8Array(bytes);`,
    to: `    const buffer = new Uint8Array(bytes);
    for (let position = 0; ; ) {`,
    uses: /copyFile|stream|bufferSize/,
  },
  {
    wrong: "leaves a stream open that it copied to",
    file: COPY,
    from: "return streams.pipeline(input, counted, dest, signal);",
    to: "return streams.pipeline(input, counted, dest, { ...signal, end: false });",
    uses: /copyFile|stream|end/,
  },
  {
    wrong: "leaves the stream to write to open where the source is missing",
    file: HELPER,
    from: "for (const end of [source, dest]) destroyStream(end);",
    to: "destroyStream(source);",
    uses: /copyFile|stream|destroy/,
  },
  {
    wrong: "loses the reason of the signal that ended a copy",
    file: COPY,
    from: "    call.check();\n    throw copyException",
    to: "    throw copyException",
    uses: /signal|abort|cancel|reason/,
  },
  {
    wrong: "copies into the target itself, so that a failure leaves a part",
    file: COPY,
    from: `  await replaceFileWith(
    fs,
    dest,
    (handle) => streams.pipeline(input, counted, fileWriter(handle, bufferBytes), signal),`,
    to: `  const inPlace = async (write: (handle: FileHandle) => Promise<void>, ..._: unknown[]) => {
    const handle = await fs.promises.open(systemPath(dest), "w", mode);
    await write(handle).finally(() => handle.close());
  };
  await inPlace(
    (handle) => streams.pipeline(input, counted, fileWriter(handle, bufferBytes), signal),`,
    uses: /copyFile|stream|fail|stop/,
  },
  {
    wrong: "rounds the size on disk to the nearest KiB",
    file: HELPER,
    from: "return Math.floor((await this.#usage(path)) / BYTES_PER_KIB);",
    to: "return Math.round((await this.#usage(path)) / BYTES_PER_KIB);",
    uses: /computeSizeOnDisk|KiB/,
  },
  {
    wrong: "counts journals beside HDF5 files as HDF5 files",
    file: HELPER,
    from: 'name.endsWith(".h5")',
    to: 'name.includes(".h5")',
    uses: /computeRecursiveH5DiskUsage|\.h5/,
  },
  {
    wrong: "counts what links in a folder lead to",
    file: USAGE,
    from: `({ name, kind }) => kind === "file" && counts(name));
  for (let at = 0; at < files.length; at += AT_ONCE) {
    const sizes = await Promise.all(
      files
        .slice(at, at + AT_ONCE)
        .map(async ({ name }) => (await pathStats(fs, await folder.at(name)))`,
    to: `({ name, kind }) => kind !== "folder" && counts(name));
  for (let at = 0; at < files.length; at += AT_ONCE) {
    const sizes = await Promise.all(
      files
        .slice(at, at + AT_ONCE)
        .map(async ({ name }) => (await pathStats(fs, await folder.at(name), { followLinks: true }))`,
    uses: /compute|link/,
  },
  {
    wrong: "leaves one file in 64 out of the size of a folder",
    file: USAGE,
    from: ".slice(at, at + AT_ONCE)",
    to: ".slice(at, at + AT_ONCE - 1)",
    uses: /compute/,
  },
];
