import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { bash, describeWith, fish, itWith, type Program, script, zsh } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { mainFile, tvbStorage } from "./support/program.js";

const nwb = fileURLToPath(new URL("../../../fixtures/foreign/session.nwb", import.meta.url));
const path = temporaryFolder("cli-completion");
const cwd = () => path();

async function complete(...words: string[]): Promise<string[]> {
  const { stdout, stderr, status } = await tvbStorage(["complete", "--", ...words], { cwd: cwd() });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return stdout.trimEnd().split("\n");
}

beforeAll(async () => {
  copyFileSync(nwb, path("session.nwb"));
  writeFileSync(path("sesame.txt"), "");
  mkdirSync(path("bin"));
  writeFileSync(path("bin/tvb-storage"), `#!/bin/sh\nexec "${process.execPath}" "${mainFile}" "$@"\n`);
  chmodSync(path("bin/tvb-storage"), 0o755);
  for (const shell of ["bash", "zsh", "fish"]) {
    const { stdout } = await tvbStorage(["complete", shell]);
    writeFileSync(path(`complete.${shell}`), stdout);
  }
});

describe("completion offers", () => {
  it("commands", async () => {
    expect(await complete("ver")).toEqual([expect.stringMatching(/^verify\t/), ":4"]);
    expect((await complete("")).map((line) => line.split("\t")[0])).toContain("complete");
  });

  it("options, and the values of those that have choices", async () => {
    expect(await complete("ls", "--js")).toEqual(["--json\tprint one JSON document", ":4"]);
    expect(await complete("set", "session.nwb", "/", "k", "v", "--type", "fl")).toEqual([
      "float\t",
      "float32\t",
      "float64\t",
      ":4",
    ]);
    expect(await complete("complete", "")).toEqual(["bash\t", "zsh\t", "fish\t", ":4"]);
  });

  it("names of files, by the shell, where a path is wanted", async () => {
    expect(await complete("ls", "")).toEqual([":0"]);
    expect(await complete("copy", "session.nwb", "/units", "")).toEqual([":0"]);
    expect(await complete("set", "session.nwb", "/", "k", "")).toEqual([":4"]);
  });

  it("the nodes of the file that is named", async () => {
    expect(await complete("ls", "session.nwb", "/un")).toEqual(["/units\tgroup", ":4"]);
    expect(await complete("ls", "session.nwb", "/units/")).toEqual([
      "/units/spike_times\tfloat64",
      "/units/spike_times_index\tuint8",
      "/units/timeseries\t",
      ":4",
    ]);
    expect(await complete("attrs", "session.nwb", "units/spike_times_")).toEqual([
      "units/spike_times_index\tuint8",
      ":4",
    ]);
    expect(await complete("ls", "sesame.txt", "/")).toEqual([":4"]);
    expect(await complete("ls", "nope.h5", "/")).toEqual([":4"]);
  });
});

it.each([
  [
    "another shell",
    ["complete", "tcsh"],
    /'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish; see/,
  ],
  ["no shell", ["complete"], /missing required argument 'shell'; see/],
])("complete for %s is refused", async (_what, args, message) => {
  const { stderr, status } = await tvbStorage(args);
  expect(status).toBe(2);
  expect(stderr).toMatch(message);
});

const environment = () => ({
  PATH: `${path("bin")}:${process.env["PATH"] ?? ""}`,
  HOME: path(),
  TERM: "dumb",
  LANG: "C.UTF-8",
});

/** What a shell prints, with the program on its PATH. */
function printed(shell: Program, args: readonly string[]): string {
  return execFileSync(shell.command, args, {
    cwd: path(),
    env: environment(),
    encoding: "utf8",
    timeout: 20_000,
  });
}

describe("the script for", () => {
  itWith(bash)("bash completes, also where it is read twice, and without bash-completion", () => {
    const ask = `COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); __tvb_storage_complete; echo "\${COMPREPLY[*]}"`;
    const line = `source complete.bash; source complete.bash; compopt() { :; }; ask() { ${ask}; }
ask tvb-storage ver; ask tvb-storage ls session.nwb /un; ask tvb-storage ls --by; complete -p tvb-storage`;
    expect(printed(bash, ["--norc", "-c", line])).toBe(
      "verify\n/units\n--bytes\ncomplete -o default -F __tvb_storage_complete tvb-storage\n",
    );
  });

  itWith(zsh)("zsh can be parsed", () => {
    expect(printed(zsh, ["-n", "complete.zsh"])).toBe("");
  });

  itWith(fish)("fish completes commands, files and nodes", () => {
    const ask = (line: string) => `complete -C "tvb-storage ${line}"`;
    const lines = [
      "source complete.fish",
      ask("ver"),
      ask("ls sess"),
      ask("ls session.nwb /un"),
      ask("ls --by"),
    ];
    expect(printed(fish, ["--no-config", "-c", lines.join("; ")]).split("\n")).toEqual([
      expect.stringMatching(/^verify\t/),
      "session.nwb",
      "/units\tgroup",
      expect.stringMatching(/^--bytes\t/),
      "",
    ]);
  });

  describeWith(script)("a shell in a terminal:", () => {
    // Each line is typed when the one before has been answered.
    const typed = (lines: readonly string[]) =>
      lines.map((line) => `sleep 1; printf '%s\\n' '${line}'`).join("; ");

    const completes = (shell: Program, options: string, setup: string) => () => {
      const lines = [setup, "tvb-storage ls session\t /units/spike_times_\t >listed.txt", "exit"];
      const command = `(${typed(lines)}) | script -qec "${shell.command} ${options}" /dev/null`;
      rmSync(path("listed.txt"), { force: true });
      execFileSync("/bin/sh", ["-c", command], { cwd: path(), env: environment(), timeout: 20_000 });
      expect(readFileSync(path("listed.txt"), "utf8")).toContain("/units/spike_times_index  uint8");
    };
    itWith(bash)("bash completes a file and a node", completes(bash, "--norc -i", "source complete.bash"));
    itWith(zsh)(
      "zsh completes a file and a node",
      completes(zsh, "-f -i", "autoload -U compinit; compinit -u -D; source ./complete.zsh"),
    );
  });
});
