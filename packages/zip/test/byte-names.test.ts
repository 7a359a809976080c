import nodeFs from "node:fs";
import { expect, it } from "vitest";
import { describeWith, linux } from "../../../test/support/judges.js";
import { TvbZip } from "../src/index.js";
import { diskWorld } from "./support/world.js";

// Names on Linux are bytes; in a path such a one is escaped as Python does it.
const NAME = "caf\udce9";

describeWith(linux)("paths that are not UTF-8", () => {
  const path = (root: string, ...parts: string[]) => Buffer.from([root, ...parts].join("/"), "latin1");

  it("an archive is written and read in such a folder, also from such files", async () => {
    const { root } = diskWorld();
    nodeFs.mkdirSync(path(root, "caf\xe9", "in"), { recursive: true });
    nodeFs.writeFileSync(path(root, "caf\xe9", "in", "a"), "a");
    nodeFs.writeFileSync(path(root, "caf\xe9", "b\xe8"), "b");
    const writing = await TvbZip.open(`${root}/${NAME}/z\udcff.zip`, "w");
    await writing.writeZipFolder(`${root}/${NAME}`, ["in", "b\udce8"]); // itself alone
    await writing.writeZipFolder(`${root}/${NAME}/in`);
    await writing.write(`${root}/${NAME}/b\udce8`, "b");
    await writing.close();
    expect(nodeFs.existsSync(path(root, "caf\xe9", "z\xff.zip"))).toBe(true);

    const reading = await TvbZip.open(`${root}/${NAME}/z\udcff.zip`, "r");
    expect(reading.namelist()).toEqual(["a", "b"]);
    expect(await reading.unpackZip(`${root}/${NAME}/out\udcfe`)).toEqual([
      `${root}/${NAME}/out\udcfe/a`,
      `${root}/${NAME}/out\udcfe/b`,
    ]);
    await reading.close();
    expect(nodeFs.readFileSync(path(root, "caf\xe9", "out\xfe", "b"), "utf8")).toBe("b");
    // Nothing has the name that Node makes of it.
    expect(nodeFs.readdirSync(root, { encoding: "latin1" })).toEqual(["caf\xe9"]);
  });

  it("half of a surrogate pair in the archive's path is refused", async () => {
    const { root } = diskWorld();
    await expect(TvbZip.open(`${root}/a\ud800.zip`, "w")).rejects.toMatchObject({ code: "FILE_STRUCTURE" });
    await expect(TvbZip.open(`${root}/a\ud800.zip`, "r")).rejects.toMatchObject({ code: "FILE_STRUCTURE" });
    expect(nodeFs.readdirSync(root)).toEqual([]);
  });
});
