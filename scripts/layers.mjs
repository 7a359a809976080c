// The layer rule, written once: what the sources of each package may import. `npm run layers`
// makes the lint rules of biome.json and the tables of docs/architecture.md from it, and
// test/layers.test.ts checks the sources against it.

/**
 * The packages, each after those that it may import.
 *
 * - `imports`: the exact specifiers that its sources may import; "node:*" means every module of Node.
 * - `exceptions`: files of `src` that may import more, with what they may import in addition.
 * - `browser`: whether it must load in a browser, so without a module of Node.
 * - `floors`: the folders of `src` in order, each of which may import itself and those before it.
 */
export const layers = [
  {
    name: "errors",
    job: "the exception hierarchy",
    imports: [],
    browser: true,
  },
  {
    name: "files",
    job: "files that survive: the interface `FileSystem` and a file system in memory, paths and names, atomic replacement, folders that are held while they are walked, the table of open files, the lock between processes, the journaled file and its recovery; the options, errors and progress of every call",
    imports: ["@tvb-storage/errors", "async-mutex", "#platform"],
    exceptions: { "platform.node.ts": ["node:*"] },
    browser: true,
  },
  {
    name: "core",
    job: "the contracts (`StorageManager`, `ProjectStructure`, `StorageBackend`) and what is pure: arrays, selections, coding of metadata, options; the abstract managers; its entry `arrays` loads no zod",
    imports: ["@tvb-storage/errors", "@tvb-storage/files", "@tvb-storage/files/internal", "zod/mini"],
    browser: true,
  },
  {
    name: "hdf5",
    job: "HDF5 in TypeScript: lists, reads, verifies and edits files, without WebAssembly",
    imports: [
      "@tvb-storage/errors",
      "@tvb-storage/files",
      "@tvb-storage/files/internal",
      "@tvb-storage/core/arrays",
      "@tvb-storage/core/internal",
      "fflate",
      "numcodecs/zstd",
      "#deflate",
      "#inflate",
    ],
    exceptions: {
      "filters/inflate.node.ts": ["node:*"],
      "filters/zlib.node.ts": ["node:*"],
    },
    browser: true,
    floors: [
      { name: "bytes", job: "reading and writing fields, extents, what is wrong with them" },
      { name: "superblock", job: "where a file begins, its version and marks" },
      { name: "headers", job: "the file by HDF5's addresses, and object headers with their messages" },
      { name: "datatypes", job: "datatypes and dataspaces, and the types of arrays that they are read as" },
      { name: "btrees", job: "B-trees of version 1 and 2" },
      { name: "heaps", job: "local, global and fractal heaps" },
      { name: "messages", job: "messages that several objects share" },
      { name: "groups", job: "groups and links, in symbol tables, messages and heaps" },
      { name: "attributes", job: "attributes, in messages and heaps" },
      { name: "chunks", job: "layouts, fill values, filters and the indexes of chunks" },
      { name: "objects", job: "what an object is, and finding it by its path" },
      { name: "filters", job: "what chunks are stored with, undone" },
      { name: "elements", job: "elements and attribute values as arrays" },
      { name: "data", job: "elements of a dataset, whatever its layout" },
      { name: "edits", job: "changes of structures: links, attributes, extents, types, indexes" },
      { name: "writer", job: "files, datasets and their elements, written" },
      { name: "verify", job: "every structure and every chunk of a file, looked at" },
      { name: "reader", job: "the public face: a file that is opened, listed, read, verified" },
    ],
  },
  {
    name: "xml-meta",
    job: "a dictionary to and from an XML file",
    imports: [
      "@tvb-storage/errors",
      "@tvb-storage/files",
      "@tvb-storage/files/internal",
      "fast-xml-parser",
      "saxes",
    ],
    browser: true,
  },
  {
    name: "zip",
    job: "folders to archives, and archives safely to folders",
    imports: [
      "@tvb-storage/errors",
      "@tvb-storage/files",
      "@tvb-storage/files/internal",
      "yazl",
      "yauzl",
      "p-limit",
      "node:*",
    ],
    browser: false,
  },
  {
    name: "fs-helper",
    job: "the project folders",
    imports: [
      "@tvb-storage/errors",
      "@tvb-storage/files",
      "@tvb-storage/files/internal",
      "@tvb-storage/core",
      "@tvb-storage/xml-meta",
      "node:*",
    ],
    browser: false,
  },
  {
    name: "h5-backend",
    job: "`StorageManager` on HDF5",
    imports: [
      "@tvb-storage/errors",
      "@tvb-storage/files",
      "@tvb-storage/files/internal",
      "@tvb-storage/core",
      "@tvb-storage/core/internal",
      "@tvb-storage/hdf5",
      "@tvb-storage/hdf5/internal",
      "h5wasm",
    ],
    browser: true,
    floors: [
      { name: "engine", job: "h5wasm on a mount of ports, with its diagnostics turned into errors" },
      { name: "elements", job: "arrays as h5wasm takes and gives them" },
      { name: "session", job: "open, upgrade, commit, roll back" },
      { name: "operations", job: "one file for each thing that a manager can do" },
      { name: "manager", job: "the public contract, and who may use the file now" },
    ],
  },
  {
    name: "testkit",
    job: "the contracts as test suites, a reference backend in memory, a file system with faults",
    imports: [
      "@tvb-storage/errors",
      "@tvb-storage/files",
      "@tvb-storage/files/internal",
      "@tvb-storage/core",
      "memfs",
      "fast-check",
      "vitest",
      "node:*",
    ],
    browser: false,
  },
];
