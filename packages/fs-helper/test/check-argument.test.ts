import { FileStructureException } from "@tvb-storage/errors";
import { createMemoryFs } from "@tvb-storage/testkit";
import { describe, expect, test } from "vitest";
import { FilesHelper } from "../src/index.js";

/** What a caller without types may give; that it has another type is what is tested. */
const untyped = (value: unknown): never => value as never;

const fs = createMemoryFs({ "/s/PROJECTS/P/1/x.h5": "data", "/x": "kept" });
const helper = new FilesHelper({ storageRoot: "/s", fs });
const example = '{ project: { name: "Epilepsy" }, filePath: "fig.png" }';

const calls: Record<string, readonly [call: () => Promise<unknown>, message: string]> = {
  "a path in place of a list": [
    () => helper.removeFiles(untyped("x")),
    'the paths to remove must be a list, as in removeFiles(["a.h5", "b.h5"]); found the text "x"',
  ],
  "no list": [
    () => helper.removeFiles(untyped(undefined)),
    'the paths to remove must be a list, as in removeFiles(["a.h5", "b.h5"]); found undefined',
  ],
  "a list with something else in it": [
    () => helper.removeFiles(untyped(["/x", 5])),
    "the path to remove must be a path; found 5",
  ],
  "no options": [
    () => helper.copyFile("/x", "/y", untyped(null)),
    "the options of copyFile must be an object with any of destPostfix, bufferSize, signal, onProgress; found null",
  ],
  "no metadata": [
    () => helper.writeProjectMetadata(untyped(null), "Project.xml"),
    'the metadata of a project must be an object, as in { name: "Epilepsy" }; found null',
  ],
  "a list of metadata": [
    () => helper.writeProjectMetadata(untyped([]), "Project.xml"),
    'the metadata of a project must be an object, as in { name: "Epilepsy" }; found a list',
  ],
  "metadata without a name": [
    () => helper.writeProjectMetadata(untyped({}), "Project.xml"),
    "the name of the project must be a string; found undefined",
  ],
  "no figure": [
    () => helper.removeFigure(untyped(undefined), "IMAGES"),
    `a figure must be an object, as in ${example}; found undefined`,
  ],
  "a figure to remove without a project": [
    () => helper.removeFigure(untyped({ filePath: "fig.png" }), "IMAGES"),
    `the project of a figure must be an object, as in ${example}; found undefined`,
  ],
  "a figure to write without a project": [
    () => helper.writeImageMetadata(untyped({ filePath: "fig.png", project: "P" }), {}, "IMAGES"),
    `the project of a figure must be an object, as in ${example}; found "P"`,
  ],
  "a figure without a path": [
    () => helper.removeFigure(untyped({ project: { name: "P" } }), "IMAGES"),
    "the file name of the figure must be a string; found undefined",
  ],
};

describe("a caller in plain JavaScript", () => {
  test.each(Object.entries(calls))(
    "that gives %s gets a message with what to give",
    async (_title, [call, message]) => {
      const error: unknown = await call().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(FileStructureException);
      expect(String(error)).toContain(message);
      expect(fs.readFileSync("/x", "utf8")).toBe("kept");
    },
  );

  test.each([
    [undefined, "found undefined"],
    [null, "found null"],
    ["storage", 'found "storage"'],
  ])("that makes a FilesHelper of %s is told what to give", (options, found) => {
    const make = () => new FilesHelper(untyped(options));
    expect(make).toThrow(FileStructureException);
    expect(make).toThrow(
      `the options of FilesHelper must be an object, as in { storageRoot: "storage" }; ${found}`,
    );
  });
});
