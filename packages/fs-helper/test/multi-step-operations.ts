import { isTVBException } from "@tvb-storage/errors";
import type { FileSystem } from "@tvb-storage/files";
import type { FaultPoint, MemoryFileSystem } from "@tvb-storage/testkit";
import { expect } from "vitest";
import { FilesHelper } from "../src/index.js";
import { onDevices, TestDisk } from "./disks.js";

/** Left behind by a stop or by a clean-up that failed; nothing takes such a name for data. */
const TEMPORARY = /(^|\/)\.[^/]*\.tmp(\/|$)/;

export type Tree = Record<string, string | null>;

export function treeOf(fs: MemoryFileSystem): { visible: Tree; temporary: string[] } {
  const all = new TestDisk(fs, "/", true).tree("");
  return {
    visible: Object.fromEntries(Object.entries(all).filter(([path]) => !TEMPORARY.test(path))),
    temporary: Object.keys(all).filter((path) => TEMPORARY.test(path)),
  };
}

/** Only the files: which empty folders are there is no matter of old and new. */
export function filesOf(tree: Tree): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([, content]) => content !== null));
}

export interface Operation {
  readonly files: Readonly<Record<string, string>>;
  readonly run: (helper: FilesHelper) => Promise<unknown>;
  readonly before: Tree;
  readonly after: Tree;
  /** Also allowed when it fails: before and after at once, as for a move across devices. */
  readonly both?: Tree;
  readonly devices?: readonly string[];
}

const OLD = '<?xml version="1.0" ?>\n<tvb_data Data_version="5">\n\t<name>P</name>\n</tvb_data>\n';
const NEW =
  '<?xml version="1.0" ?>\n<tvb_data Data_version="5">\n\t<name>P</name>\n\t<n>1</n>\n</tvb_data>\n';

export const operations: Record<string, Operation> = {
  "renaming a project": {
    files: { "/s/PROJECTS/P/1/x.h5": "xxx", "/s/PROJECTS/P/Project.xml": "ppp" },
    run: (helper) => helper.renameProjectStructure("P", "Q"),
    before: { "s/PROJECTS/P/1/x.h5": "xxx", "s/PROJECTS/P/Project.xml": "ppp" },
    after: { "s/PROJECTS/Q/1/x.h5": "xxx", "s/PROJECTS/Q/Project.xml": "ppp" },
  },
  "moving a datatype": {
    files: { "/s/PROJECTS/P/1/x.h5": "xxx" },
    run: (helper) => helper.moveDatatype("P", 2, "/s/PROJECTS/P/1/x.h5"),
    before: { "s/PROJECTS/P/1/x.h5": "xxx" },
    after: { "s/PROJECTS/P/2/x.h5": "xxx" },
  },
  "moving a file across devices": {
    files: { "/away/x.h5": "x".repeat(5000) },
    devices: ["/away"],
    run: (helper) => helper.moveDatatype("P", 2, "/away/x.h5"),
    before: { "away/x.h5": "x".repeat(5000) },
    after: { "s/PROJECTS/P/2/x.h5": "x".repeat(5000) },
    both: { "away/x.h5": "x".repeat(5000), "s/PROJECTS/P/2/x.h5": "x".repeat(5000) },
  },
  "moving a folder across devices": {
    files: { "/away/x/a": "aaa", "/away/x/deep/b": "bbb", "/away/x/deep/c": "ccc" },
    devices: ["/away"],
    run: (helper) => helper.moveDatatype("P", 2, "/away/x"),
    before: { "away/x/a": "aaa", "away/x/deep/b": "bbb", "away/x/deep/c": "ccc" },
    after: {
      "s/PROJECTS/P/2/x/a": "aaa",
      "s/PROJECTS/P/2/x/deep/b": "bbb",
      "s/PROJECTS/P/2/x/deep/c": "ccc",
    },
    both: {
      "away/x/a": "aaa",
      "away/x/deep/b": "bbb",
      "away/x/deep/c": "ccc",
      "s/PROJECTS/P/2/x/a": "aaa",
      "s/PROJECTS/P/2/x/deep/b": "bbb",
      "s/PROJECTS/P/2/x/deep/c": "ccc",
    },
  },
  "writing metadata for the first time": {
    files: { "/s/other": "" },
    run: (helper) => helper.writeProjectMetadata({ name: "P", n: 1 }, "Project.xml"),
    before: { "s/other": "" },
    after: { "s/other": "", "s/PROJECTS/P/Project.xml": NEW },
  },
  "replacing metadata": {
    files: { "/s/PROJECTS/P/Project.xml": OLD },
    run: (helper) => helper.writeProjectMetadata({ name: "P", n: 1 }, "Project.xml"),
    before: { "s/PROJECTS/P/Project.xml": OLD },
    after: { "s/PROJECTS/P/Project.xml": NEW },
  },
  "writing the metadata of an image": {
    files: { "/s/PROJECTS/P/IMAGES/fig.png": "png", "/s/PROJECTS/P/IMAGES/fig.xml": OLD },
    run: (helper) =>
      helper.writeImageMetadata(
        { project: { name: "P" }, filePath: "fig.png" },
        { name: "P", n: 1 },
        "IMAGES",
      ),
    before: { "s/PROJECTS/P/IMAGES/fig.png": "png", "s/PROJECTS/P/IMAGES/fig.xml": OLD },
    after: { "s/PROJECTS/P/IMAGES/fig.png": "png", "s/PROJECTS/P/IMAGES/fig.xml": NEW },
  },
  "copying to a new file": {
    files: { "/s/a": "0123456789" },
    run: (helper) => helper.copyFile("/s/a", "/s/copies", { destPostfix: "b", bufferSize: 4 }),
    before: { "s/a": "0123456789" },
    after: { "s/a": "0123456789", "s/copies/b": "0123456789" },
  },
  "copying over a file": {
    files: { "/s/a": "0123456789", "/s/b": "old" },
    run: (helper) => helper.copyFile("/s/a", "/s/b", { bufferSize: 4 }),
    before: { "s/a": "0123456789", "s/b": "old" },
    after: { "s/a": "0123456789", "s/b": "0123456789" },
  },
};

export function helperOn(fs: FileSystem, operation: Operation): FilesHelper {
  return new FilesHelper({ storageRoot: "/s", fs: onDevices(fs, operation.devices ?? []) });
}

/** The trees that an operation may leave, wherever it was hit. */
export function allowedTrees(operation: Operation): Tree[] {
  return [operation.after, operation.before, ...(operation.both === undefined ? [] : [operation.both])];
}

export function check(operation: Operation, fs: MemoryFileSystem, point: FaultPoint): void {
  const files = filesOf(treeOf(fs).visible);
  const allowed = [
    operation.after,
    operation.before,
    ...(operation.both === undefined ? [] : [operation.both]),
  ];
  expect(allowed).toContainEqual(files);
  // What was reported as done is done.
  if (point.error === undefined) expect(files).toEqual(operation.after);
  else expect(isTVBException(point.error)).toBe(true);
}
