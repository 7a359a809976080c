import { execFileSync } from "node:child_process";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { itWith, linux } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { inPipe, inTerminal, script, setpriv, tvbStorage } from "./support/program.js";

const at = temporaryFolder("cli-projects");
const run = (...args: string[]) => tvbStorage(["projects", ...args], { cwd: at() });
const archive = fileURLToPath(new URL("../../../fixtures/exports/project.zip", import.meta.url));

beforeAll(async () => {
  await tvbStorage(["import", archive, "--root", "storage"], { cwd: at() });
  mkdirSync(at("storage/PROJECTS/Broken, with a name that is long"));
  writeFileSync(at("storage/PROJECTS/Broken, with a name that is long/Project.xml"), "<tvb_data>");
  for (const [name, date] of [
    ["Epilepsy", "2024-02-27T15:11:00Z"],
    ["Broken, with a name that is long", "2024-03-01T00:00:00Z"],
  ] as const) {
    const file = at(`storage/PROJECTS/${name}/Project.xml`);
    utimesSync(file, new Date(date), new Date(date));
  }
});

const TABLE = `NAME                              OPERATIONS  DATATYPES      SIZE  DATE              NOTE
Broken, with a name that is long           0          0       0 B  2024-03-01 00:00  the XML file storage/PROJECTS/Broken, with a name that is long/Project.xml, line 1, column 10: unclosed tag: tvb_data
Epilepsy                                   2          3  21.8 KiB  2024-02-27 15:11
`;

describe("projects", () => {
  test("lists the projects of a storage root, whole in a pipe", async () => {
    expect(await run("storage")).toEqual({ stdout: TABLE, stderr: "", status: 0 });
    expect((await run("storage/PROJECTS/")).stdout).toContain(
      "Epilepsy                                   2          3  21.8 KiB",
    );
  });

  itWith(script)("fits a terminal", async () => {
    const { stdout } = await inTerminal(["projects", "storage"], {
      cwd: at(),
      columns: 80,
      env: { NO_COLOR: "1" },
    });
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(/^Epilepsy +2 +3 +21\.8 KiB {2}2024-02-27 15:11$/m);
  });

  test("prints one JSON document with --json", async () => {
    const { stdout } = await run("storage", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      root: "storage",
      projects: [
        {
          name: "Broken, with a name that is long",
          operations: 0,
          datatypes: 0,
          bytes: 0,
          reason: expect.any(String),
        },
        { name: "Epilepsy", operations: 2, datatypes: 3, bytes: 22288, date: "2024-02-27T15:11:00.000Z" },
      ],
    });
  });

  test("says that there are none, and ends with 0", async () => {
    mkdirSync(at("empty"));
    expect(await run("empty")).toEqual({ stdout: "", stderr: "there are no projects in empty\n", status: 0 });
  });

  test("ends with 2 where there is no folder", async () => {
    expect(await run("missing")).toEqual({
      stdout: "",
      stderr: "tvb-storage: cannot list missing: expected a storage root, found nothing there\n",
      status: 2,
    });
  });

  itWith(linux, setpriv)("ends with 2 where it may not read", async () => {
    mkdirSync(at("closed/PROJECTS"), { recursive: true });
    execFileSync("chmod", ["755", tmpdir(), at()]);
    execFileSync("chmod", ["0", at("closed/PROJECTS")]);
    const { stderr, status } = await inPipe(["projects", "closed"], { cwd: at(), withoutRights: true });
    expect(stderr).toMatch(/^tvb-storage: .*closed\/PROJECTS.*no permission.*\n$/);
    expect(status).toBe(2);
  });
});
