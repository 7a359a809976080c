import { spawnSync } from "node:child_process";
import { closeSync, ftruncateSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { expect, it } from "vitest";
import { canAsk, plainPython, unzip } from "../../../test/support/judges.js";
import { TvbZip } from "../src/index.js";
import { runPython } from "./support/python.js";
import { diskWorld, memoryWorld } from "./support/world.js";

function python(root: string, script: string): string {
  return runPython(root, `import zipfile\narchive = zipfile.ZipFile("a.zip")\n${script}`).trim();
}

it("an entry of more than 4 GiB, and one that lies beyond 4 GiB, come back and satisfy Python and unzip", async () => {
  const { root, fs } = diskWorld();
  const size = 2 ** 32 + 12_345;
  // A file with a hole, which takes no room.
  const file = openSync(`${root}/large.h5`, "w");
  ftruncateSync(file, size);
  writeSync(file, Buffer.from("the end"), 0, 7, size - 7);
  closeSync(file);
  writeFileSync(`${root}/small`, "beyond");
  const writing = await TvbZip.open(`${root}/a.zip`, "w", { level: 0 });
  await writing.write(`${root}/large.h5`);
  await writing.write(`${root}/small`);
  await writing.close();
  expect(fs.statSync(`${root}/a.zip`).size).toBeGreaterThan(size);

  const reading = await TvbZip.open(`${root}/a.zip`, "r");
  let bytes = 0;
  let last: Uint8Array = new Uint8Array(0);
  for await (const block of await reading.open("large.h5")) {
    bytes += block.length;
    last = block;
  }
  expect(bytes).toBe(size);
  expect(Buffer.from(last.subarray(-7)).toString()).toBe("the end");
  const small: Uint8Array[] = [];
  for await (const block of await reading.open("small")) small.push(block);
  expect(Buffer.concat(small).toString()).toBe("beyond");
  await reading.close();

  if (canAsk(plainPython))
    expect(
      python(
        root,
        'print(archive.testzip(), [i.file_size for i in archive.infolist()], archive.read("small"))',
      ),
    ).toBe(`None [${size}, 6] b'beyond'`);
  if (canAsk(unzip))
    expect(spawnSync(unzip.command, ["-tqq", `${root}/a.zip`], { encoding: "utf8" }).stdout).toBe("");
});

it("more than 65,535 entries come back and satisfy Python and unzip", async () => {
  const { fs, root } = memoryWorld();
  const count = 65_600;
  for (let folder = 0; folder < 100; folder++) {
    fs.mkdirSync(`${root}/p/${folder}`, { recursive: true });
    for (let file = 0; file < count / 100; file++)
      fs.writeFileSync(`${root}/p/${folder}/${file}`, `${folder}/${file}`);
  }
  const writing = await TvbZip.open(`${root}/a.zip`, "w", { fs });
  await writing.writeZipFolder(`${root}/p`);
  await writing.close();
  const reading = await TvbZip.open(`${root}/a.zip`, "r", { fs });
  expect((await reading.unpackZip(`${root}/out`)).length).toBe(count);
  await reading.close();
  expect(fs.readFileSync(`${root}/out/99/655`, "utf8")).toBe("99/655");

  const disk = diskWorld();
  writeFileSync(`${disk.root}/a.zip`, fs.readFileSync(`${root}/a.zip`));
  expect(readFileSync(`${disk.root}/a.zip`).length).toBeGreaterThan(count * 100);
  if (canAsk(plainPython))
    expect(python(disk.root, "print(archive.testzip(), len(archive.namelist()))")).toBe(`None ${count}`);
  if (canAsk(unzip))
    expect(spawnSync(unzip.command, ["-tqq", `${disk.root}/a.zip`], { encoding: "utf8" }).stdout).toBe("");
});
