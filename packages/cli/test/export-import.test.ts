import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { beforeAll, describe, expect, test } from "vitest";
import { itWith, linux, plainPython } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { bash, inPipe, inTerminal, script, setpriv, start, tvbStorage } from "./support/program.js";

const at = temporaryFolder("cli-export");
const run = (...args: string[]) => tvbStorage(args, { cwd: at() });
const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../fixtures/exports/${name}`, import.meta.url));
const hex = (last: number) => `0c0de00000000000000000000000000${last}`;

const ENTRIES = [
  "1/Connectivity_0c0de000000000000000000000000001.h5",
  "1/CorticalSurface_0c0de000000000000000000000000003.h5",
  "2/TimeSeriesRegion_0c0de000000000000000000000000004.h5",
  "IMAGES/figure.png",
  "IMAGES/figure.xml",
  "Project.xml",
];
const LINKED = "links-to-external-projects/RegionMapping_0c0de000000000000000000000000002.h5";

function filesIn(folder: string): string[] {
  return readdirSync(at(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(at(folder).length + 1))
    .sort();
}

describe("import of a project", () => {
  test("says with --dry-run what it would do, and does nothing", async () => {
    expect(await run("import", fixture("project.zip"), "--root", "dry", "--dry-run")).toEqual({
      stdout: `would import the project Epilepsy (6 files) as ${at("dry")}/PROJECTS/Epilepsy\n`,
      stderr: "",
      status: 0,
    });
    expect(existsSync(at("dry"))).toBe(false);
  });

  test("makes its folder, and prints the path", async () => {
    expect(await run("import", fixture("project.zip"), "--root", "storage")).toEqual({
      stdout: `${at("storage")}/PROJECTS/Epilepsy\n`,
      stderr: "",
      status: 0,
    });
    expect(filesIn("storage/PROJECTS/Epilepsy")).toEqual(ENTRIES);
    expect(readdirSync(at("storage"))).toEqual(["PROJECTS"]);
  });

  test("refuses one that is there already, before and with --dry-run", async () => {
    const before = filesIn("storage");
    for (const more of [[], ["--dry-run"]]) {
      const { stdout, stderr, status } = await run(
        "import",
        fixture("project-with-links.zip"),
        "--root",
        "storage",
        ...more,
      );
      expect([stdout, status]).toEqual(["", 2]);
      expect(stderr).toMatch(/^tvb-storage: .*Epilepsy.* already.*\n$/);
    }
    expect(filesIn("storage")).toEqual(before);
  });

  test("refuses what is no such archive, and leaves nothing", async () => {
    cpSync(fixture("project.zip"), at("damaged.zip"));
    const bytes = readFileSync(at("damaged.zip"));
    const inside = bytes.indexOf("Connectivity_") + 400;
    bytes[inside] = (bytes[inside] ?? 0) ^ 1;
    writeFileSync(at("damaged.zip"), bytes);
    cpSync(fixture("project.zip"), at("cut.zip"));
    truncateSync(at("cut.zip"), 3000);
    const failures: [string[], RegExp][] = [
      [["missing.zip"], /^tvb-storage: .*missing\.zip: no such file.*\n$/],
      [["cut.zip"], /^tvb-storage: .*cut\.zip.*\n$/],
      [["damaged.zip"], /^tvb-storage: .*damaged\.zip.*damaged.*\n$/],
      [[fixture("datatypes.zip")], /^tvb-storage: .*found none; datatypes need --project and --operation\n$/],
      [["cut.zip", "--project", "x"], /^tvb-storage: datatypes need both --project and --operation; .*\n$/],
    ];
    for (const [args, message] of failures) {
      const { stdout, stderr, status } = await run("import", ...args, "--root", "empty");
      expect([stdout, status], args.join(" ")).toEqual(["", 2]);
      expect(stderr).toMatch(message);
      expect(existsSync(at("empty")) ? filesIn("empty") : []).toEqual([]);
    }
  });

  itWith(linux, setpriv)("ends with 2 where it may not write", async () => {
    mkdirSync(at("closed"), { mode: 0o755 });
    execFileSync("chmod", ["755", tmpdir(), at()]);
    const archive = at("readable.zip");
    cpSync(fixture("project.zip"), archive);
    const { stderr, status } = await inPipe(["import", "readable.zip", "--root", "closed"], {
      cwd: at(),
      withoutRights: true,
    });
    expect(stderr).toMatch(/^tvb-storage: .*no permission.*\n$/);
    expect(status).toBe(2);
    expect(readdirSync(at("closed"))).toEqual([]);
  });

  itWith(bash)("leaves no project where the disk is full", async () => {
    const { stderr, status } = await inPipe(["import", fixture("project.zip"), "--root", "full"], {
      cwd: at(),
      fileBlocks: 4,
    });
    expect(stderr).toMatch(/^tvb-storage: .*\n$/);
    expect(status).toBe(2);
    expect(filesIn("full")).toEqual([]);
  });
});

describe("export of a project", () => {
  beforeAll(async () => {
    await run("import", fixture("project.zip"), "--root", "root");
    mkdirSync(at("root/PROJECTS/Epilepsy/TEMP"));
    writeFileSync(at("root/PROJECTS/Epilepsy/TEMP/scratch.txt"), "scratch");
  });

  const MISSING = (storage: string) =>
    `missing: region_mapping ${hex(2)}, which ${at(storage)}/PROJECTS/Epilepsy/${ENTRIES[2]} refers to\n`;

  test("says with --dry-run what it would hold and what is missing, and makes nothing", async () => {
    const { stdout, stderr, status } = await run("export", "root/PROJECTS/Epilepsy", "dry.zip", "--dry-run");
    expect(stdout).toMatch(
      /^would export the project Epilepsy \(6 files, [\d.]+ KiB\) and 0 datatypes of other projects\n$/,
    );
    expect([stderr, status]).toEqual([MISSING("root"), 1]);
    expect(existsSync(at("dry.zip"))).toBe(false);
  });

  itWith(plainPython)(
    "makes the archive, as Python lists it, names what is missing, and ends with 1",
    async () => {
      expect(await run("export", "root/PROJECTS/Epilepsy", "out.zip")).toEqual({
        stdout: `${at("out.zip")}\n`,
        stderr: MISSING("root"),
        status: 1,
      });
      const list = "import sys, zipfile; print('\\n'.join(sorted(zipfile.ZipFile(sys.argv[1]).namelist())))";
      const names = execFileSync(plainPython.command, ["-c", list, at("out.zip")], { encoding: "utf8" });
      expect(names.trim().split("\n")).toEqual(ENTRIES);
      expect(readdirSync(at("root"))).toEqual(["PROJECTS"]);
    },
  );

  test("makes none with --complete, where something is missing", async () => {
    const { stdout, stderr, status } = await run(
      "export",
      "Epilepsy",
      "complete.zip",
      "--root",
      "root",
      "--complete",
    );
    expect([stdout, status]).toEqual(["", 2]);
    expect(stderr).toMatch(
      /^tvb-storage: .*it would be incomplete, without region_mapping .*; without --complete, .*\n$/,
    );
    expect(existsSync(at("complete.zip"))).toBe(false);
  });

  test("takes datatypes of other projects along, and ends with 0", async () => {
    await run("import", fixture("project.zip"), "--root", "two");
    mkdirSync(at("two/PROJECTS/Other/1"), { recursive: true });
    await run("import", fixture("project-with-links.zip"), "--root", "linked");
    cpSync(at(`linked/PROJECTS/Epilepsy/${LINKED}`), at(`two/PROJECTS/Other/1/RegionMapping_${hex(2)}.h5`));
    expect(await run("export", "Epilepsy", "two.zip", "--root", "two", "--complete")).toEqual({
      stdout: `${at("two.zip")}\n`,
      stderr: "",
      status: 0,
    });
    await run("import", "two.zip", "--root", "again");
    expect(filesIn("again/PROJECTS/Epilepsy")).toEqual([...ENTRIES, LINKED]);
  });

  test("leaves operations out that are named", async () => {
    await run("export", "root/PROJECTS/Epilepsy", "without.zip", "--without", "1");
    await run("import", "without.zip", "--root", "without");
    expect(filesIn("without/PROJECTS/Epilepsy")).toEqual(ENTRIES.filter((name) => !name.startsWith("1/")));
  });

  itWith(script)("says the same in a terminal", async () => {
    const { stdout, status } = await inTerminal(["export", "root/PROJECTS/Epilepsy", "terminal.zip"], {
      cwd: at(),
      columns: 60,
    });
    expect(stdout).toBe(`${at("terminal.zip")}\n${MISSING("root")}`);
    expect(status).toBe(1);
  });

  test("ends with 2 and one line for what it cannot do", async () => {
    const failures: [string[], RegExp][] = [
      [
        ["nowhere", "x.zip"],
        /^tvb-storage: cannot export nowhere: there is no such file or folder; .* --root\n$/,
      ],
      [["root", "x.zip"], /^tvb-storage: cannot export root: expected the folder of a project, .*\n$/],
      [["Other", "x.zip", "--root", "root"], /^tvb-storage: .*Other.*found none\n$/],
      [["root/PROJECTS/Epilepsy", "root/PROJECTS/Epilepsy/Project.xml"], /^tvb-storage: .*\n$/],
    ];
    for (const [args, message] of failures) {
      const { stdout, stderr, status } = await run("export", ...args);
      expect([stdout, status], args.join(" ")).toEqual(["", 2]);
      expect(stderr).toMatch(message);
    }
    writeFileSync(at("there.zip"), "there");
    expect(await run("export", "root/PROJECTS/Epilepsy", "there.zip")).toMatchObject({
      stdout: "",
      status: 2,
    });
    expect(readFileSync(at("there.zip"), "utf8")).toBe("there");
  });

  itWith(linux, setpriv)("ends with 2 where it may not write, and leaves nothing", async () => {
    execFileSync("chmod", ["755", tmpdir(), at()]);
    execFileSync("chmod", ["-R", "a+rX", at("root")]);
    const args = ["export", "root/PROJECTS/Epilepsy", "closed/out.zip"];
    mkdirSync(at("closed"), { recursive: true });
    const { stdout, stderr, status } = await inPipe(args, { cwd: at(), withoutRights: true });
    expect([stdout, status]).toEqual(["", 2]);
    expect(stderr).toMatch(/^tvb-storage: .*no permission.*\n$/);
    expect(readdirSync(at("root"))).toEqual(["PROJECTS"]);
    expect(readdirSync(at("closed"))).toEqual([]);
  });

  itWith(bash)("leaves nothing where the disk is full", async () => {
    const args = ["export", "root/PROJECTS/Epilepsy", "full.zip"];
    const { stderr, status } = await inPipe(args, { cwd: at(), fileBlocks: 2 });
    expect(stderr).toMatch(/^tvb-storage: .*\n$/);
    expect(status).toBe(2);
    expect(existsSync(at("full.zip"))).toBe(false);
    expect(readdirSync(at("root"))).toEqual(["PROJECTS"]);
  });

  test("leaves nothing when it is interrupted, neither does an import", async () => {
    const manager = new HDF5StorageManager(
      at("two/PROJECTS/Other/1/Long_ffffffffffffffffffffffffffffffff.h5"),
    );
    const values = Float64Array.from({ length: 8_000_000 }, Math.random);
    await manager.storeData(values, "data");
    await manager.closeFile();
    writeFileSync(at("two/PROJECTS/Other/Project.xml"), "<tvb_data><name>Other</name></tvb_data>");
    const interrupted = async (args: string[], root: string) => {
      const running = start(args, { cwd: at() });
      const look = setInterval(() => {
        if (!existsSync(at(`${root}/EXPORT_TMP`))) return;
        clearInterval(look);
        running.process.kill("SIGINT");
      }, 5);
      const ended = await running.ended;
      clearInterval(look);
      expect(ended).toEqual({
        stdout: "",
        stderr: "tvb-storage: interrupted; what was there is as it was\n",
        status: 130,
      });
    };
    await interrupted(["export", "two/PROJECTS/Other", "long.zip"], "two");
    expect(existsSync(at("long.zip"))).toBe(false);
    expect(readdirSync(at("two"))).toEqual(["PROJECTS"]);

    await run("export", "two/PROJECTS/Other", "long.zip");
    await interrupted(["import", "long.zip", "--root", "target"], "target");
    expect(filesIn("target")).toEqual([]);
  });
});

describe("datatypes", () => {
  beforeAll(async () => {
    await run("import", fixture("project.zip"), "--root", "types");
    mkdirSync(at("types/PROJECTS/Empty"));
  });

  test("are exported with what they refer to, and imported into an operation", async () => {
    const file = `types/PROJECTS/Epilepsy/${ENTRIES[2]}`;
    expect(await run("export", file, "types.zip")).toMatchObject({
      stdout: `${at("types.zip")}\n`,
      status: 1,
    });
    const args = ["import", "types.zip", "--root", "types", "--project", "Empty", "--operation", "7"];
    expect((await run(...args, "--dry-run")).stdout).toMatch(
      /^would import \d datatypes of types\.zip into operation 7 of Empty\n$/,
    );
    const { stdout, stderr, status } = await run(...args);
    expect([stderr, status]).toEqual(["", 0]);
    expect(stdout.trim().split("\n").sort()).toEqual(
      filesIn("types/PROJECTS/Empty").map((name) => at(`types/PROJECTS/Empty/${name}`)),
    );
    expect(filesIn("types/PROJECTS/Empty")).toContain(`7/TimeSeriesRegion_${hex(4)}.h5`);
  });

  test("that the project has are refused, or left out with --skip-existing", async () => {
    const args = [
      "import",
      fixture("datatypes.zip"),
      "--root",
      "types",
      "--project",
      "Epilepsy",
      "--operation",
      "9",
    ];
    const refused = await run(...args);
    expect(refused.stderr).toMatch(/^tvb-storage: .* already, .*; --skip-existing leaves it out\n$/);
    expect(refused.status).toBe(2);
    const skipped = await run(...args, "--skip-existing");
    expect(skipped.stderr).toMatch(/^(skipped, since the project has it: .*\.h5\n)+$/);
    expect(skipped.status).toBe(0);
    expect(filesIn("types/PROJECTS/Epilepsy/9")).toEqual([`RegionMapping_${hex(2)}.h5`]);
  });
});
