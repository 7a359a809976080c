import { FileStructureException } from "@tvb-storage/errors";
import { describe, expect, test } from "vitest";
import { figureFiles } from "../src/figure-files.js";
import { describeOnDisks, systemError, withPromises } from "./disks.js";

describe("figureFiles", () => {
  test("the metadata has the name before the first dot", () => {
    expect(figureFiles("fig.png")).toEqual({ image: "fig.png", metadata: "fig.xml" });
    expect(figureFiles("fig.v2.png")).toEqual({ image: "fig.v2.png", metadata: "fig.xml" });
    expect(figureFiles("fig")).toEqual({ image: "fig", metadata: "fig.xml" });
  });

  test("a name without anything before the dot, and one that is that of its metadata, are refused", () => {
    expect(() => figureFiles(".png")).toThrow(/nothing is before its first dot/);
    expect(() => figureFiles("fig.xml")).toThrow(/its metadata would be written to it/);
    expect(() => figureFiles("fig.XML")).toThrow(FileStructureException);
  });
});

describeOnDisks("figures", (disk) => {
  const figure = { project: { name: "P" }, filePath: "fig.v2.png" };

  test("metadata is written beside the image", async () => {
    await disk().helper().writeImageMetadata(figure, { title: "a", width: 3 }, "IMAGES");
    expect(disk().tree(`${disk().root}/PROJECTS`)).toEqual({
      P: null,
      "P/IMAGES": null,
      "P/IMAGES/fig.xml":
        '<?xml version="1.0" ?>\n<tvb_data Data_version="5">\n\t<title>a</title>\n\t<width>3</width>\n</tvb_data>\n',
    });
  });

  test("removeFigure removes the image and its metadata, and nothing else", async () => {
    const images = `${disk().root}/PROJECTS/P/IMAGES`;
    for (const name of ["fig.v2.png", "fig.xml", "fig.v3.png", "other.xml"])
      disk().write(`${images}/${name}`);
    await disk().helper().removeFigure(figure, "IMAGES");
    expect(disk().list(images)).toEqual(["fig.v3.png", "other.xml"]);
  });

  test("removeFigure does nothing, without an error, where there is no figure", async () => {
    await disk().helper().removeFigure(figure, "IMAGES");
    expect(disk().fs.existsSync(disk().root)).toBe(false);
  });

  test("removeFigure reports both files where neither can be removed", async () => {
    const images = `${disk().root}/PROJECTS/P/IMAGES`;
    for (const name of ["fig.v2.png", "fig.xml"]) disk().write(`${images}/${name}`);
    const fs = withPromises(disk().fs, () => ({ unlink: () => Promise.reject(systemError("EACCES")) }));
    await expect(disk().helper({ fs }).removeFigure(figure, "IMAGES")).rejects.toThrow(
      `could not remove 2 of the files: cannot remove ${images}/fig.v2.png: no permission (EACCES); ` +
        `cannot remove ${images}/fig.xml: no permission (EACCES)`,
    );
  });
});
