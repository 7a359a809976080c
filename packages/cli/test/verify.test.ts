import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { ndarray } from "@tvb-storage/core";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { TvbZip } from "@tvb-storage/zip";
import { beforeAll, describe, expect, test } from "vitest";
import { runPython } from "../../../test/support/h5py.js";
import { describeWith, h5py, itWith, linux, zip } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { inPipe, inTerminal, script, setpriv, start, tvbStorage } from "./support/program.js";

const at = temporaryFolder("cli-verify");
const run = (...args: string[]) => tvbStorage(["verify", ...args], { cwd: at() });

beforeAll(async () => {
  mkdirSync(at("tree/Epilepsy/1"), { recursive: true });
  const good = at("tree/Epilepsy/1/good.h5");
  const manager = new HDF5StorageManager(good);
  const data = ndarray(
    Float64Array.from({ length: 4000 }, (_, index) => index % 7),
    { shape: [1000, 4] },
  );
  await manager.storeData(data, "data", { compression: "gzip", chunks: [500, 4] });
  await manager.closeFile();
  writeFileSync(at("tree/Epilepsy/Project.xml"), "<tvb_data><name>Epilepsy</name></tvb_data>");
  writeFileSync(at("tree/Epilepsy/notes.txt"), "notes");
  symlinkSync("/etc", at("tree/Epilepsy/etc"));
  const archive = await TvbZip.open(at("tree/export.zip"), "w", { level: 0 });
  await archive.write(good, "1/good.h5");
  await archive.write(at("tree/Epilepsy/Project.xml"), "Project.xml");
  await archive.close();

  mkdirSync(at("bad"));
  cpSync(good, at("bad/cut.h5"));
  truncateSync(at("bad/cut.h5"), 2000);
  const bytes = readFileSync(at("tree/export.zip"));
  const content = bytes.indexOf("Epilepsy");
  bytes[content] = (bytes[content] ?? 0) ^ 1;
  writeFileSync(at("bad/export.zip"), bytes);
  writeFileSync(at("bad/Project.xml"), "<tvb_data><name>Epilepsy</tvb_data>");
  writeFileSync(at("bad/text.h5"), "text");
});

const DAMAGE = `damage    bad/Project.xml: the XML file bad/Project.xml, line 1, column 35: unexpected close tag.
damage    bad/cut.h5: the file is cut short: its superblock says SIZE bytes, there are 2000.
damage    bad/export.zip: Project.xml: cannot unpack the entry "Project.xml" of the archive FOLDER/bad/export.zip: expected CRC A, found B: it is damaged
damage    bad/text.h5: not an HDF5 file: no HDF5 signature in its 4 bytes.
4 files: 0 sound, 4 damaged
`;

function withoutNumbers(output: string): string {
  return output
    .replace(/says \d+ bytes/, "says SIZE bytes")
    .replaceAll(at().replace(/\/$/, ""), "FOLDER")
    .replace(/CRC [0-9a-f]+, found [0-9a-f]+/, "CRC A, found B");
}

describe("verify", () => {
  test("finds nothing in a sound tree, does not follow links, and ends with 0", async () => {
    expect(await run("tree")).toEqual({
      stdout: "3 files: 3 sound; 2 other files not looked at\n",
      stderr: "",
      status: 0,
    });
  });

  test("names all damage in a line each, and ends with 1", async () => {
    const { stdout, stderr, status } = await run("bad");
    expect(withoutNumbers(stdout)).toBe(DAMAGE);
    expect([stderr, status]).toEqual(["", 1]);
  });

  itWith(script)("says the same in a terminal, in colours unless NO_COLOR is set", async () => {
    const plain = await inTerminal(["verify", "bad"], { cwd: at(), env: { NO_COLOR: "1" } });
    expect(withoutNumbers(plain.stdout)).toBe(DAMAGE);
    const { stdout } = await inTerminal(["verify", "bad/text.h5"], { cwd: at() });
    expect(stdout.replaceAll("\x1b", "ESC")).toMatch(/^ESC\[31mdamage {2}ESC\[39m {2}bad\/text\.h5: /);
  });

  test("prints one JSON document with --json", async () => {
    const { stdout, status } = await run("tree", "bad/text.h5", "missing.h5", "--json");
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      files: 5,
      sound: 3,
      damaged: 1,
      unjudged: 0,
      unopened: 1,
      others: 2,
      results: [
        {
          file: "bad/text.h5",
          state: "damaged",
          findings: [{ kind: "damage", problem: expect.stringContaining("no HDF5 signature") }],
        },
        {
          file: "missing.h5",
          state: "unopened",
          findings: [],
          reason: "cannot read missing.h5: there is no such file or folder",
        },
        { file: "tree/Epilepsy/1/good.h5", state: "sound", findings: [] },
        { file: "tree/Epilepsy/Project.xml", state: "sound", findings: [] },
        { file: "tree/export.zip", state: "sound", findings: [] },
      ],
    });
  });

  test("ends with 2 for what is missing, but looks at the rest", async () => {
    expect(await run("missing.h5", "tree/export.zip")).toEqual({
      stdout: `unopened  missing.h5: cannot read missing.h5: there is no such file or folder
2 files: 1 sound, 1 not opened
`,
      stderr: "",
      status: 2,
    });
  });

  itWith(linux, setpriv)("ends with 2 for files and folders that it may not read", async () => {
    mkdirSync(at("rights/closed"), { recursive: true, mode: 0o755 });
    cpSync(at("tree/Epilepsy/Project.xml"), at("rights/closed.xml"));
    execFileSync("chmod", ["755", tmpdir(), at(), at("rights")]);
    execFileSync("chmod", ["0", at("rights/closed"), at("rights/closed.xml")]);
    const { stdout, status } = await inPipe(["verify", "rights"], { cwd: at(), withoutRights: true });
    execFileSync("chmod", ["755", at("rights/closed")]);
    expect(stdout).toBe(`unopened  rights/closed: cannot read the folder rights/closed: no permission (EACCES)
unopened  rights/closed.xml: cannot read the XML file rights/closed.xml: no permission (EACCES)
2 files: 0 sound, 2 not opened
`);
    expect(status).toBe(2);
  });

  itWith(zip)("names what it cannot judge, such as an encrypted entry, and ends with 0", async () => {
    execFileSync(zip.command, [
      "-q",
      "-P",
      "secret",
      at("encrypted.zip"),
      at("tree/Epilepsy/notes.txt"),
      "-j",
    ]);
    const { stdout, status } = await run("encrypted.zip");
    expect(stdout).toMatch(
      /^unjudged {2}encrypted\.zip: notes\.txt: .*it is encrypted\n1 file: 0 sound, 1 with parts/,
    );
    expect(status).toBe(0);
  });
});

describeWith(h5py)("verify of files of h5py", () => {
  test("finds files by their first bytes where their names do not tell", async () => {
    mkdirSync(at("others"));
    runPython("f = h5py.File(sys.argv[1], 'w'); f['x'] = np.zeros(3)", at("others/session.nwb"));
    expect((await run("others")).stdout).toBe("1 file: 1 sound\n");
  });

  test("Ctrl-C ends it with 130", async () => {
    runPython(
      "f = h5py.File(sys.argv[1], 'w')\nd = f.create_dataset('x', shape=(3000, 2**15), dtype='f8', chunks=(1, 2**15), compression='gzip', compression_opts=1)\nfor i in range(3000): d[i] = i",
      at("long.h5"),
    );
    const files = Array.from({ length: 40 }, () => "long.h5");
    const running = start(["verify", ...files], { cwd: at() });
    setTimeout(() => running.process.kill("SIGINT"), 600);
    expect(await running.ended).toEqual({
      stdout: "",
      stderr: "tvb-storage: interrupted; what was there is as it was\n",
      status: 130,
    });
  });
});
