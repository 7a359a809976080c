import nodeFs from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeWith, linux } from "../../../test/support/judges.js";
import { FilesHelper } from "../src/index.js";
import { onDevices } from "./disks.js";

// Names on Linux are bytes. macOS and Windows have none that are not text.
const NAMES = [
  [0x63, 0x61, 0x66, 0xe9],
  [0x63, 0x61, 0x66, 0xe8],
  [0xff],
  [0xef, 0xbf, 0xbd], // U+FFFD itself
  [0xed, 0xa0, 0x80], // half of a surrogate pair
].map((bytes) => Buffer.from(bytes));

describeWith(linux)("files and folders whose names are not UTF-8", () => {
  let root = "";
  const operation = () => `${root}/PROJECTS/P/1`;
  const at = (...parts: readonly (string | Buffer)[]) =>
    Buffer.concat(parts.flatMap((part, index) => [Buffer.from(index === 0 ? "" : "/"), Buffer.from(part)]));
  const list = (path: string | Buffer) =>
    nodeFs.readdirSync(path, { encoding: "buffer" }).sort(Buffer.compare);

  beforeEach(() => {
    root = nodeFs.mkdtempSync(`${nodeFs.realpathSync(tmpdir())}/fs-helper-`);
    for (const name of NAMES) {
      nodeFs.mkdirSync(at(operation(), "folders", name), { recursive: true });
      nodeFs.writeFileSync(at(operation(), "folders", name, name), new Uint8Array(1024));
    }
  });
  afterEach(() => nodeFs.rmSync(root, { recursive: true, force: true }));

  test("are removed with their folder", async () => {
    await new FilesHelper({ storageRoot: root }).removeOperationData("P", 1);
    expect(list(`${root}/PROJECTS/P`)).toEqual([]);
  });

  test("are removed alone, by the path with their bytes escaped as Python does", async () => {
    await new FilesHelper({ storageRoot: root }).removeFiles([`${operation()}/folders/caf\udce9`]);
    expect(list(`${operation()}/folders`)).toEqual(NAMES.slice(1).sort(Buffer.compare));
  });

  test("are copied to and from", async () => {
    const helper = new FilesHelper({ storageRoot: root });
    await helper.copyFile(`${operation()}/folders/caf\udce9/caf\udce9`, `${root}/new\udcfe/copy\udcff`);
    expect(list(root).map((name) => name.toString("latin1"))).toEqual(["PROJECTS", "new\xfe"]);
    expect(list(at(root, Buffer.from("new\xfe", "latin1")))).toEqual([Buffer.from("copy\xff", "latin1")]);
  });

  test("count in disk usage", async () => {
    expect(await new FilesHelper({ storageRoot: root }).computeSizeOnDisk(root)).toBe(NAMES.length);
  });

  test.each(["on one device", "across devices"])("move with their folder, %s", async (how) => {
    const fs = how === "on one device" ? nodeFs : onDevices(nodeFs, [`${root}/PROJECTS/P/2`]);
    const helper = new FilesHelper({ storageRoot: root, fs });
    const moved = await helper.moveDatatype("P", 2, `${operation()}/folders`);
    expect(list(moved)).toEqual([...NAMES].sort(Buffer.compare));
    for (const name of NAMES) expect(list(at(moved, name))).toEqual([name]);
    expect(list(operation())).toEqual([]);
  });
});
