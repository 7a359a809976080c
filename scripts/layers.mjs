// The layer rule, written once: what the sources of each package may import. `npm run layers`
// makes the lint rules of biome.json and the tables of docs/architecture.md from it, and
// test/layers.test.ts checks the sources against it.

/**
 * The packages, each after those that it may import.
 *
 * - `imports`: the exact specifiers that its sources may import; "node:*" means every module of Node.
 * - `exceptions`: files of `src` that may import more, with what they may import besides.
 * - `browser`: whether it must load in a browser, so without a module of Node.
 * - `floors`: the folders of `src` in order, each of which may import itself and those before it.
 *   `extras` are modules of a later floor that it may import all the same.
 */
export const layers = [
  {
    name: "errors",
    job: "the exception hierarchy",
    imports: [],
    browser: true,
  },
  {
    name: "core",
    job: "the interfaces (`StorageManager`, `ProjectStructure`, `StorageBackend`, `FileSystem`) and the logic that every backend needs: arrays, selections, coding of metadata, append buffer, locks and table of open files, replacing a file atomically",
    imports: ["@tvb-storage/errors", "zod", "async-mutex", "#platform"],
    exceptions: { "platform.node.ts": ["node:*"] },
    browser: true,
  },
  {
    name: "xml-meta",
    job: "a dictionary to and from an XML file",
    imports: ["@tvb-storage/errors", "@tvb-storage/core", "fast-xml-parser", "saxes"],
    browser: true,
  },
  {
    name: "zip",
    job: "folders to archives, and archives safely to folders",
    imports: ["@tvb-storage/errors", "@tvb-storage/core", "yazl", "yauzl", "p-limit", "node:*"],
    browser: false,
  },
  {
    name: "fs-helper",
    job: "the project folders",
    imports: ["@tvb-storage/errors", "@tvb-storage/core", "@tvb-storage/xml-meta", "node:*"],
    browser: false,
  },
  {
    name: "h5-backend",
    job: "`StorageManager` on HDF5",
    imports: ["@tvb-storage/errors", "@tvb-storage/core", "h5wasm", "#inflate"],
    exceptions: { "filters/inflate.node.ts": ["node:*"] },
    browser: true,
    floors: [
      {
        name: "port",
        job: "a file with a journal, and the lock between processes",
        extras: ["format/checksum"],
      },
      {
        name: "engine",
        job: "h5wasm on a mount of ports, with its diagnostics turned into errors",
        extras: ["format/global-heap", "format/structure-file"],
      },
      {
        name: "format",
        job: "our reader and editor of superblocks, object headers, groups, chunk indexes",
      },
      { name: "filters", job: "what chunks are stored with, undone" },
      { name: "elements", job: "datatypes of HDF5 as ours, and their bytes" },
      { name: "data", job: "elements of a dataset, whatever its layout, without h5wasm" },
      {
        name: "session",
        job: "open, upgrade, commit, roll back",
        extras: ["operations/append-data"],
      },
      { name: "operations", job: "one file for each thing that a manager can do" },
      { name: "manager", job: "the public contract, and who may use the file now" },
    ],
  },
  {
    name: "testkit",
    job: "the contracts as test suites, a reference backend in memory, a file system with faults",
    imports: ["@tvb-storage/errors", "@tvb-storage/core", "memfs", "fast-check", "vitest", "node:*"],
    browser: false,
  },
];
