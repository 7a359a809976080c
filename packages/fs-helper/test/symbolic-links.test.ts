import { FileStructureException } from "@tvb-storage/errors";
import { expect, test } from "vitest";
import { describeOnDisks } from "./disks.js";

describeOnDisks("symbolic links", (disk) => {
  const OUT = /is a symbolic link, or beneath one, that leads out of the storage root/;

  test("a project's folder that leads out of the storage root is not used", async () => {
    const { fs, outside, root } = disk();
    disk().write(`${outside}/1/x.h5`);
    disk().write(`${outside}/Project.xml`, "<r><a>secret</a></r>");
    fs.mkdirSync(`${root}/PROJECTS`, { recursive: true });
    fs.symlinkSync(outside, `${root}/PROJECTS/P`);
    const source = disk().write(`${root}/PROJECTS/Q/1/y.h5`);
    const helper = disk().helper();
    const figure = { project: { name: "P" }, filePath: "fig.png" };
    const calls: (() => Promise<unknown>)[] = [
      () => helper.getProjectFolder("P"),
      () => helper.getProjectFolder("P", "2"),
      () => helper.checkCreated(`${root}/PROJECTS/P/2`),
      () => helper.removeOperationData("P", 1),
      () => helper.moveDatatype("P", 1, source),
      () => helper.moveDatatype("Q", 2, `${root}/PROJECTS/P/1/x.h5`),
      () => helper.readProjectMetadata(`${root}/PROJECTS/P`, "Project.xml"),
      () => helper.writeProjectMetadataFromDict(`${root}/PROJECTS/P`, {}, "Project.xml"),
      () => helper.removeFiles([`${root}/PROJECTS/P/1/x.h5`]),
      () => helper.removeFigure(figure, "IMAGES"),
      () => helper.copyFile(`${root}/PROJECTS/P/1/x.h5`, `${root}/x.h5`),
      () => helper.copyFile(source, `${root}/PROJECTS/P/x.h5`),
      () => helper.computeSizeOnDisk(`${root}/PROJECTS/P`),
    ];
    for (const call of calls) await expect(call(), String(call)).rejects.toThrow(OUT);
    for (const call of calls) await expect(call()).rejects.toThrow(FileStructureException);
    expect(disk().tree(outside)).toEqual({
      "1": null,
      "1/x.h5": "content",
      "Project.xml": "<r><a>secret</a></r>",
    });
    expect(disk().read(source)).toBe("content");
  });

  test("metadata that is a link out of the storage root is not read", async () => {
    const { fs, outside, root } = disk();
    disk().write(`${outside}/secret.xml`, "<r><a>secret</a></r>");
    fs.mkdirSync(`${root}/PROJECTS/P`, { recursive: true });
    fs.symlinkSync(`${outside}/secret.xml`, `${root}/PROJECTS/P/Project.xml`);
    await expect(disk().helper().readProjectMetadata(`${root}/PROJECTS/P`, "Project.xml")).rejects.toThrow(
      OUT,
    );
  });

  test("a link that stays in the storage root is followed", async () => {
    const { fs, root } = disk();
    fs.mkdirSync(`${root}/big/P`, { recursive: true });
    fs.mkdirSync(`${root}/PROJECTS`);
    fs.symlinkSync(`${root}/big/P`, `${root}/PROJECTS/P`);
    expect(await disk().helper().getProjectFolder("P", "1")).toBe(`${root}/PROJECTS/P/1`);
    expect(disk().list(`${root}/big/P`)).toEqual(["1"]);
  });

  test("the storage root itself may be a link", async () => {
    const { fs, outside, root } = disk();
    fs.mkdirSync(outside);
    fs.symlinkSync(outside, root);
    expect(await disk().helper().getProjectFolder("P", "1")).toBe(`${root}/PROJECTS/P/1`);
    expect(disk().list(`${outside}/PROJECTS/P`)).toEqual(["1"]);
  });

  test("a link to nothing in a folder's place is refused", async () => {
    const { fs, outside, root } = disk();
    fs.mkdirSync(`${root}/PROJECTS`, { recursive: true });
    fs.symlinkSync(`${outside}/none`, `${root}/PROJECTS/P`);
    await expect(disk().helper().getProjectFolder("P")).rejects.toThrow(FileStructureException);
    expect(fs.existsSync(`${outside}/none`)).toBe(false);
  });

  test("removing a folder removes the links in it and not what they lead to", async () => {
    const { fs, outside, root } = disk();
    disk().write(`${outside}/kept.h5`);
    disk().write(`${root}/PROJECTS/P/1/x.h5`);
    fs.symlinkSync(outside, `${root}/PROJECTS/P/1/folder`);
    fs.symlinkSync(`${outside}/kept.h5`, `${root}/PROJECTS/P/1/file`);
    fs.symlinkSync(`${outside}/none`, `${root}/PROJECTS/P/1/broken`);
    await disk().helper().removeOperationData("P", 1);
    expect(disk().list(`${root}/PROJECTS/P`)).toEqual([]);
    expect(disk().list(outside)).toEqual(["kept.h5"]);
  });

  test("removeFolder does not remove a link to a folder", async () => {
    const { fs, outside, root } = disk();
    disk().write(`${outside}/kept.h5`);
    fs.mkdirSync(root);
    fs.symlinkSync(outside, `${root}/link`);
    await expect(disk().helper().removeFolder(`${root}/link`)).rejects.toThrow(
      `cannot remove the folder ${root}/link: it is a link`,
    );
    await disk().helper().removeFolder(`${root}/link`, true);
    expect(disk().list(root)).toEqual(["link"]);
  });

  test("a link is not moved as a datatype", async () => {
    const { fs, root } = disk();
    disk().write(`${root}/PROJECTS/P/1/x.h5`);
    fs.symlinkSync(`${root}/PROJECTS/P/1/x.h5`, `${root}/PROJECTS/P/1/link.h5`);
    await expect(disk().helper().moveDatatype("P", 2, `${root}/PROJECTS/P/1/link.h5`)).rejects.toThrow(
      /it is a symbolic link or a device; move what it points to/,
    );
    expect(disk().list(`${root}/PROJECTS/P`)).toEqual(["1"]);
  });
});
