import fs from "node:fs";
import { fileURLToPath } from "node:url";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { describe, expect, it } from "vitest";
import { runPython, temporaryFolder } from "../../../../test/support/h5py.js";
import { h5py, itWith } from "../../../../test/support/judges.js";
import { migrateFile, tvb1Steps } from "../../src/index.js";

const folder = temporaryFolder("tvb1");
const NAME = "TimeSeriesRegion_0f0e0d0c0b0a09080706050403020100.h5";
const FIXTURE = fileURLToPath(new URL(`../../../../fixtures/tvb1/${NAME}`, import.meta.url));

function copied(name: string): string {
  fs.mkdirSync(folder(name));
  const path = folder(`${name}/${NAME}`);
  fs.copyFileSync(FIXTURE, path);
  return path;
}

describe("tvb1Steps", () => {
  it("give a file of TVB 1.x today's keys and types", async () => {
    const path = copied("ours");
    expect(await migrateFile(path, tvb1Steps, 5)).toEqual({ from: 2, to: 5, steps: 1 });
    const manager = new HDF5StorageManager(path);
    const { create_date, ...root } = await manager.getMetadata();
    expect(root).toEqual({
      Data_version: 5,
      gid: "urn:uuid:0f0e0d0c-0b0a-0908-0706-050403020100",
      type: "TimeSeriesRegion",
      module: "tvb.datatypes.time_series",
      invalid: false,
      is_nan: false,
      visible: true,
      subject: "42",
      state: "RAW_DATA",
      user_tag_1: "7",
      nr_dimensions: 4,
      length_1d: 9007199254740993n,
      sample_period: 0.9765625,
      start_time: -0.001,
      connectivity: "urn:uuid:00112233-4455-6677-8899-aabbccddeeff",
      code: "007",
      title: "a title",
    });
    expect(create_date).toEqual(new Date(2014, 2, 31, 12, 30, 59));
    expect(create_date).toMatchObject({ microsecond: 250 });
    expect(await manager.getMetadata("data")).toEqual({
      Minimum: 0,
      Maximum: 5,
      Mean: Number.NaN,
      Size: "(2, 3)",
    });
  });

  itWith(h5py)("leave what h5py reads with the types of today", () => {
    const path = copied("judged");
    return migrateFile(path, tvb1Steps, 5).then(() => {
      const script = `
with h5py.File(sys.argv[1], "r") as f:
    print(json.dumps({
        "names": sorted(f.attrs),
        "types": {k: type(v).__name__ for k, v in f.attrs.items()},
        "values": {k: str(v) for k, v in f.attrs.items()},
        "data": [str(f["data"].dtype), f["data"].compression, f["data"].maxshape, f["data"][...].tolist()],
        "attributes": {k: type(v).__name__ for k, v in f["data"].attrs.items()},
    }))`;
      const said = JSON.parse(runPython(script, path));
      expect(said.names.every((name: string) => name.startsWith("TVB_"))).toBe(true);
      expect(said.types).toMatchObject({
        TVB_Data_version: "int64",
        TVB_gid: "str",
        TVB_nr_dimensions: "int64",
        TVB_sample_period: "float64",
      });
      expect(said.values).toMatchObject({
        TVB_invalid: "bool:False",
        TVB_visible: "bool:True",
        TVB_create_date: "datetime:2014-03-31 12:30:59.000250",
        TVB_length_1d: "9007199254740993",
        TVB_user_tag_1: "7",
      });
      expect(said.data).toEqual([
        "float64",
        "gzip",
        [null, 3],
        [
          [0, 1, 2],
          [3, 4, 5],
        ],
      ]);
      expect(said.attributes).toEqual({
        TVB_Minimum: "float64",
        TVB_Maximum: "float64",
        TVB_Mean: "float64",
        TVB_Size: "str",
      });
    });
  });

  itWith(h5py)("take keys without prefix too, and refuse a key that is there in both forms", async () => {
    const path = copied("plain");
    runPython(
      `
with h5py.File(sys.argv[1], "a") as f:
    f.attrs["Extra"] = "3"
    f["group"].attrs["Note"] = "+12"
    f["group/time"].attrs["list"] = np.array([1, 2])`,
      path,
    );
    await migrateFile(path, tvb1Steps, 5);
    const manager = new HDF5StorageManager(path);
    expect(await manager.getMetadata()).toMatchObject({ extra: 3 });
    expect(await manager.getMetadata("group")).toEqual({ Note: 12 });
    expect(await manager.getMetadata("group/time")).toMatchObject({ list: { shape: [2] } });
    const twice = copied("twice");
    runPython(
      `
with h5py.File(sys.argv[1], "a") as f:
    f.attrs["TVB_gid"] = "x"`,
      twice,
    );
    const before = fs.readFileSync(twice);
    await expect(migrateFile(twice, tvb1Steps, 5)).rejects.toMatchObject({ code: "FILE_MIGRATION" });
    expect(fs.readFileSync(twice)).toEqual(before);
  });
});
