import { cpSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { FileStorageException, TVBException } from "@tvb-storage/errors";
import { beforeAll, describe, expect, it } from "vitest";
import { differenceOf, type Expected } from "../../../test/support/expected.js";
import { FIXTURES, runPython, temporaryFolder } from "../../../test/support/h5py.js";
import { describeWith, h5py } from "../../../test/support/judges.js";
import { HDF5StorageManager } from "../src/index.js";

const file = temporaryFolder();
const main = file("project/main.h5");
const expected: Record<string, Expected> = JSON.parse(
  readFileSync(`${FIXTURES}/outside/main.h5.json`, "utf8"),
);
const outside = Object.keys(expected).filter((path) => path !== "/inside");

beforeAll(() => cpSync(`${FIXTURES}/outside`, file("project"), { recursive: true }));

const follower = (path = main) => new HDF5StorageManager(path, { externalContent: "follow" });

describe("content outside the file, unless asked for", () => {
  it.each(outside)("is not read: %s", async (path) => {
    const manager = new HDF5StorageManager(main);
    for (const reading of [
      manager.getData(path.slice(1)),
      manager.streamData(path.slice(1))[Symbol.asyncIterator]().next(),
    ]) {
      await expect(reading).rejects.toThrow(FileStorageException);
      await expect(reading).rejects.toThrow("content outside the file is not read");
      await expect(reading).rejects.not.toThrow(/1234567|7654321/);
    }
  });

  it("is not read as metadata, a shape, or a field", async () => {
    const manager = new HDF5StorageManager(main);
    for (const name of ["link", "link_soft", "link_group/below"]) {
      await expect(manager.getMetadata(name)).rejects.toThrow("content outside the file is not read");
      await expect(manager.getDataShape(name)).rejects.toThrow("content outside the file is not read");
    }
    await expect(manager.getData("raw", { field: "x" })).rejects.toThrow("external raw storage");
    await expect(manager.getMetadata("no/such")).rejects.not.toThrow("outside");
  });

  it("is not written, whether it is read or not", async () => {
    const before = readFileSync(file("project/secret.h5"));
    for (const manager of [new HDF5StorageManager(main), follower()]) {
      for (const name of ["link", "link_soft", "raw", "virtual", "link_group/below"]) {
        const shape =
          name === "virtual"
            ? [
                [1, 2],
                [3, 4],
              ]
            : name === "raw"
              ? new Array<number>(8).fill(1)
              : [1, 2];
        await expect(manager.storeData(shape, name)).rejects.toThrow(FileStorageException);
        await expect(manager.appendData(shape, name, { growDimension: 0 })).rejects.toThrow(TVBException);
      }
      await expect(manager.storeData([1], "link_group/new")).rejects.toThrow(FileStorageException);
      await expect(manager.setMetadata({ a: 1 }, "link")).rejects.toThrow(FileStorageException);
      await expect(manager.removeMetadata("note", "link")).rejects.toThrow(FileStorageException);
      await expect(manager.removeData("link_group/below")).rejects.toThrow(FileStorageException);
    }
    expect(readFileSync(file("project/secret.h5"))).toEqual(before);
  });

  it("leaves the file's own content alone", async () => {
    const manager = new HDF5StorageManager(main);
    const { "/inside": inside } = expected;
    if (inside === undefined) throw new Error("no fixture");
    expect(differenceOf(inside, await manager.getData("inside"))).toBeUndefined();
  });

  it("is not reached through another session that is open meanwhile", async () => {
    const open = follower();
    await open.getData("inside", { closeFile: false });
    await expect(new HDF5StorageManager(main).getData("raw", { closeFile: false })).rejects.toThrow(
      "not read",
    );
    expect((await open.getData("raw")).data).toHaveLength(8);
    await open.closeFile();
  });
});

describe('content outside the file with externalContent: "follow"', () => {
  it.each(outside)("is read as h5py reads it: %s", async (path) => {
    const manager = follower();
    const wanted = expected[path];
    if (wanted === undefined) throw new Error("no fixture");
    expect(differenceOf(wanted, await manager.getData(path.slice(1), { closeFile: false }))).toBeUndefined();
    expect(await manager.getDataShape(path.slice(1))).toEqual("shape" in wanted ? wanted.shape : []);
    for await (const { block } of manager.streamData(path.slice(1)))
      expect(differenceOf(wanted, block)).toBeUndefined();
    await manager.closeFile();
  });

  it("gives the metadata behind a link", async () => {
    expect(await follower().getMetadata("link")).toEqual({ note: "secret" });
    expect(await follower().getMetadata("link_soft")).toEqual({ note: "secret" });
  });

  it("names the file that is not there", async () => {
    const reading = follower().getData("link_no_file");
    await expect(reading).rejects.toThrow(FileStorageException);
    await expect(reading).rejects.toThrow(
      /external link to \/data in no-such-file\.h5, which cannot be opened/,
    );
    await expect(follower().getData("raw_no_file")).rejects.toThrow(FileStorageException);
  });

  it("says what is missing in the other file", async () => {
    await expect(follower().getData("link_no_object")).rejects.toMatchObject({
      code: "MISSING_DATASET",
      message: expect.stringMatching(/secret\.h5 has no dataset \/no\/such/),
    });
    expect(await follower().getData("link_no_object", { ignoreErrors: true })).toBeNull();
  });

  it("is read again when the other file changed", async () => {
    const manager = follower();
    expect((await manager.getData("link", { closeFile: false })).data).toEqual(
      Int32Array.of(1234567, 7654321),
    );
    expect((await manager.getData("virtual", { closeFile: false })).data).toEqual(
      Int32Array.of(1234567, 7654321, -1, -1),
    );
    await new HDF5StorageManager(file("project/secret.h5")).storeData(Int32Array.of(1, 2), "data");
    expect((await manager.getData("link", { closeFile: false })).data).toEqual(Int32Array.of(1, 2));
    expect((await manager.getData("virtual")).data).toEqual(Int32Array.of(1, 2, -1, -1));
    cpSync(`${FIXTURES}/outside/secret.h5`, file("project/secret.h5"));
  });
});

describeWith(h5py)("names of other files", () => {
  const script = `
with h5py.File(sys.argv[1], "w") as f:
    for name, target in json.loads(sys.argv[2]).items():
        f[name] = h5py.ExternalLink(target, "/x")
        layout = h5py.VirtualLayout(shape=(2,), dtype="<i4")
        layout[:] = h5py.VirtualSource(target, "/x", shape=(2,))
        f.create_virtual_dataset("virtual_" + name, layout, fillvalue=-1)
        raw = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        raw.set_external(target.encode() + b".bin", 0, 8)
        h5py.h5d.create(f.id, b"raw_" + name.encode(), h5py.h5t.STD_I32LE, h5py.h5s.create_simple((2,)), raw)
for path in sys.argv[3:]:
    with h5py.File(path, "w") as f:
        f["x"] = np.array([7, 8], "<i4")
    np.array([7, 8], "<i4").tofile(path + ".bin")
`;
  const read = async (name: string): Promise<unknown> => {
    const [link, virtual, raw] = await Promise.all(
      [name, `virtual_${name}`, `raw_${name}`].map((each) =>
        follower(file("names/home/names.h5"))
          .getData(each)
          .then(
            (array) => [...(array.data as Int32Array)].join(), // as the script writes it
            (error: unknown) => (error instanceof FileStorageException ? "refused" : error),
          ),
      ),
    );
    return { link, virtual, raw };
  };

  beforeAll(() => {
    mkdirSync(file("names/home/below"), { recursive: true });
    mkdirSync(file("names/beside"));
    const names = {
      below: "below/other.h5",
      climbing: "../beside/other.h5",
      winding: "./below/../../home/below/other.h5",
      absolute: file("names/beside/other.h5"),
      absolute_here: "/no/such/here.h5",
      folder: "below",
      host: "/etc/hostname",
      device: "/dev/zero",
    };
    runPython(
      script,
      file("names/home/names.h5"),
      JSON.stringify(names),
      ...["names/home/below/other.h5", "names/beside/other.h5", "names/home/here.h5"].map(file),
    );
  });

  it.each(["below", "climbing", "winding"])("are taken from the directory of the file: %s", async (name) => {
    expect(await read(name)).toEqual({ link: "7,8", virtual: "7,8", raw: "7,8" });
  });

  it("find nothing when they are absolute, except a file of that name in the same directory", async () => {
    expect(await read("absolute")).toEqual({ link: "refused", virtual: "-1,-1", raw: "refused" });
    expect(await read("absolute_here")).toEqual({ link: "7,8", virtual: "7,8", raw: "refused" });
    expect(await read("host")).toEqual({ link: "refused", virtual: "-1,-1", raw: "refused" });
    expect(await read("device")).toEqual({ link: "refused", virtual: "-1,-1", raw: "refused" });
  });

  it("find nothing when they name a directory", async () => {
    expect(await read("folder")).toEqual({ link: "refused", virtual: "refused", raw: "refused" });
  });

  it("are found by a file that moved together with its siblings", async () => {
    renameSync(file("names"), file("moved"));
    symlinkSync(file("moved"), file("names"));
    expect(await read("climbing")).toEqual({ link: "7,8", virtual: "7,8", raw: "7,8" });
  });

  it("may lead in circles, which end in an exception", async () => {
    runPython(
      `
for path, there in zip(sys.argv[1:], ["b.h5", "a.h5"]):
    with h5py.File(path, "w") as f:
        f["x"] = h5py.ExternalLink(there, "/x")
`,
      file("a.h5"),
      file("b.h5"),
    );
    const reading = follower(file("a.h5")).getData("x");
    await expect(reading).rejects.toThrow(FileStorageException);
    await expect(reading).rejects.toThrow("links lead from file to file more than 16 times");
  });

  it("may be of what is no HDF5 file, or a damaged one", async () => {
    runPython(
      `with h5py.File(sys.argv[1], "w") as f: f["x"] = h5py.ExternalLink("text.h5", "/x")`,
      file("to-text.h5"),
    );
    writeFileSync(file("text.h5"), "no HDF5 here");
    const reading = follower(file("to-text.h5")).getData("x");
    await expect(reading).rejects.toThrow(FileStorageException);
    await expect(reading).rejects.toThrow("text.h5, which cannot be opened");
  });
});
