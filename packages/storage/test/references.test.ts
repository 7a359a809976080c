import { randomUUID } from "node:crypto";
import { symlinkSync, writeFileSync } from "node:fs";
import { createBackendRegistry } from "@tvb-storage/core";
import { HDF5StorageManager, h5Backend } from "@tvb-storage/h5-backend";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { StorageInterface } from "../src/index.js";
import { BURST, datatype, gid, urn } from "./support/datatypes.js";
import { folders } from "./support/folder-backend.js";

const at = temporaryFolder("references");
const fresh = () => new StorageInterface({ storageRoot: at(randomUUID()) });

describe("references", () => {
  it("are the urns of root attributes and JSON lists of gids, each with its key", async () => {
    const storage = fresh();
    const path = await datatype(await storage.getProjectFolder("P", "1"), "TimeSeriesRegion", 1, {
      connectivity: urn(gid(2)),
      region_mapping: urn(gid(3)),
      monitors: JSON.stringify([gid(5), gid(4)]),
      parent_burst: BURST,
    });
    expect(await storage.references(path)).toEqual([
      { gid: gid(2), key: "connectivity" },
      { gid: gid(5), key: "monitors" },
      { gid: gid(4), key: "monitors" },
      { gid: gid(3), key: "region_mapping" },
    ]);
  });

  it("are nothing that only resembles one", async () => {
    const storage = fresh();
    const path = await datatype(await storage.getProjectFolder("P", "1"), "Other", 1, {
      user_tag_1: gid(2),
      numbers: "[1, 2]",
      mixed: JSON.stringify([gid(2), "x"]),
      broken: "[not JSON",
      empty: "[]",
      urn: "urn:uuid:nothing",
      subject: "John Doe",
      sample_period: 1,
    });
    expect(await storage.references(path)).toEqual([]);
  });

  it("of a file that is missing are an exception that names it", async () => {
    await expect(fresh().references(at("none.h5"))).rejects.toThrow(/none\.h5/);
  });
});

describe("findByGid", () => {
  it("finds the files of a project, in any folder, and of all projects", async () => {
    const storage = fresh();
    const one = await datatype(await storage.getProjectFolder("P", "1"), "Surface", 1);
    const linked = await datatype(
      await storage.getProjectFolder("P", "links-to-external-projects"),
      "Surface",
      1,
    );
    const other = await datatype(await storage.getProjectFolder("Q", "deep", "er"), "Surface", 1);
    await datatype(await storage.getProjectFolder("Q", "1"), "Surface", 2);
    expect(await storage.findByGid("P", urn(gid(1)))).toEqual([one, linked]);
    expect(await storage.findByGid(undefined, gid(1).toUpperCase())).toEqual([one, linked, other]);
    expect(await storage.findByGid("P", gid(2))).toEqual([]);
    await expect(storage.findByGid("Nobody", gid(2))).rejects.toThrow(
      /expected a project's folder at .*Nobody, found none/,
    );
    expect(await fresh().findByGid(undefined, gid(1))).toEqual([]);
  });

  it("does not take a file for a datatype by its name alone, and says so to the logger", async () => {
    const warnings: string[] = [];
    const logger = {
      debug: () => undefined,
      warn: (text: string) => warnings.push(text),
      error: () => undefined,
    };
    const storage = new StorageInterface({ storageRoot: at("named"), logger });
    const folder = await storage.getProjectFolder("P", "1");
    const path = `${folder}/Surface_${gid(7)}.h5`;
    await new HDF5StorageManager(path).setMetadata({ gid: urn(gid(8)) });
    writeFileSync(`${folder}/Damaged_${gid(7)}.h5`, "not HDF5");
    expect(await storage.findByGid("P", gid(7))).toEqual([]);
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toMatch(/Damaged_.* is not taken for the datatype/);
    expect(warnings[1]).toMatch(/Surface_.* its attribute gid says another/);
  });

  it("does not look into what a call that was stopped has left, nor behind links", async () => {
    const storage = fresh();
    await datatype(await storage.getProjectFolder("P", ".1.5f3a9c20-1b2c.tmp"), "Surface", 1);
    const folder = await storage.getProjectFolder("Q", "1");
    const path = await datatype(folder, "Surface", 1);
    symlinkSync(folder, `${await storage.getProjectFolder("P")}/linked`);
    expect(await storage.findByGid(undefined, gid(1))).toEqual([path]);
  });

  it("ends when it is cancelled", async () => {
    const storage = fresh();
    await datatype(await storage.getProjectFolder("P", "1"), "Surface", 1);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(storage.findByGid("P", gid(1), { signal })).rejects.toThrow(/cannot look for .*cancelled/);
  });
});

describe("linkedDatatypes", () => {
  it("follows references to any depth, in circles too, and says what is not there", async () => {
    const storage = fresh();
    const one = await datatype(await storage.getProjectFolder("P", "1"), "A", 1, { next: urn(gid(2)) });
    const two = await datatype(await storage.getProjectFolder("Q", "1"), "B", 2, {
      next: urn(gid(3)),
      gone: urn(gid(9)),
    });
    const three = await datatype(await storage.getProjectFolder("R", "1"), "C", 3, { first: urn(gid(1)) });
    expect(await storage.linkedDatatypes([one])).toEqual({
      linked: [two, three],
      missing: [{ gid: gid(9), key: "gone", referredBy: two }],
      unreadable: [],
    });
    expect((await storage.linkedDatatypes([three, two])).linked).toEqual([one]);
  });

  it("prefers the project of the file that refers to it", async () => {
    const storage = fresh();
    await datatype(await storage.getProjectFolder("A", "1"), "Surface", 5);
    const near = await datatype(await storage.getProjectFolder("B", "1"), "Surface", 5);
    const one = await datatype(await storage.getProjectFolder("B", "2"), "Mapping", 6, {
      surface: urn(gid(5)),
    });
    expect((await storage.linkedDatatypes([one])).linked).toEqual([near]);
  });

  it("names files whose references cannot be read", async () => {
    const storage = fresh();
    const path = `${await storage.getProjectFolder("P", "1")}/A_${gid(1)}.h5`;
    writeFileSync(path, "not HDF5");
    const { unreadable } = await storage.linkedDatatypes([path]);
    expect(unreadable).toEqual([{ path, reason: expect.stringContaining(path) }]);
  });

  it("refuses what is no data file", async () => {
    const storage = fresh();
    await expect(storage.linkedDatatypes([at("none.h5")])).rejects.toThrow(
      /none\.h5: expected a file, found none/,
    );
    writeFileSync(at("a.txt"), "");
    await expect(storage.linkedDatatypes([at("a.txt")])).rejects.toThrow(
      /ends with the extension of no backend; registered: h5/,
    );
    await expect(storage.linkedDatatypes(at("a.h5") as never)).rejects.toThrow(/must be a list of paths/);
  });
});

describe("a backend that stores folders", () => {
  it("has each folder with its extension as one datatype, which is not entered", async () => {
    const backends = createBackendRegistry([h5Backend, folders]);
    const storage = new StorageInterface({ storageRoot: at("folders"), backends });
    const folder = `${await storage.getProjectFolder("P", "1")}/Surface_${gid(1)}.dir`;
    await storage.checkCreated(folder);
    await storage.getStorageManager(folder).setMetadata({ gid: urn(gid(1)) });
    await datatype(folder, "Inside", 2);
    expect(await storage.findByGid("P", gid(1))).toEqual([folder]);
    expect(await storage.findByGid("P", gid(2))).toEqual([]);
    const one = await datatype(await storage.getProjectFolder("P", "2"), "Mapping", 3, {
      surface: urn(gid(1)),
    });
    expect((await storage.linkedDatatypes([one])).linked).toEqual([folder]);
  });
});
