import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { beforeAll, describe, expect, it } from "vitest";
import { describeWith, itWith, linux, posix } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { bash, inShell, inTerminal, mainFile, script, tvbStorage } from "./support/program.js";

// What all commands have in common: the command line, exit statuses, streams, signals.

const path = temporaryFolder("cli-frame");
const cwd = () => path();

beforeAll(async () => {
  await new HDF5StorageManager(path("small.h5")).storeData([1, 2, 3], "data");
  const many = new HDF5StorageManager(path("many.h5"));
  const long = "x".repeat(900);
  for (let index = 0; index < 300; index++) await many.storeData([1], `${long}${index}`, { where: "/g" });
  await many.closeFile();
}, 60_000);

describe("a command line that cannot be meant", () => {
  it.each([
    [["lss", "x.h5"], `unknown command 'lss' (did you mean ls?); see "tvb-storage --help"`],
    [["help", "lss"], `unknown command 'lss' (did you mean ls?); see "tvb-storage --help"`],
    [["ls", "--jsno", "x.h5"], `unknown option '--jsno' (did you mean --json?); see "tvb-storage ls --help"`],
    [["ls"], `missing required argument 'path'; see "tvb-storage ls --help"`],
    [
      ["ls", "a", "b", "c"],
      `too many arguments for 'ls'. Expected 2 arguments but got 3; see "tvb-storage ls --help"`,
    ],
    [["--verbos", "ls"], `unknown option '--verbos' (did you mean --verbose?); see "tvb-storage --help"`],
  ])("%j is refused in one line that says where to read on", async (args, line) => {
    expect(await tvbStorage(args, { cwd: cwd() })).toEqual({
      stdout: "",
      stderr: `tvb-storage: ${line}\n`,
      status: 2,
    });
  });

  it("without a command shows the help on stderr", async () => {
    const { stdout, stderr, status } = await tvbStorage([]);
    expect({ stdout, status }).toEqual({ stdout: "", status: 2 });
    expect(stderr).toContain("Usage: tvb-storage [options] [command]");
  });
});

describe("an error", () => {
  it("is one line, and names the file once", async () => {
    expect(await tvbStorage(["ls", "nope.h5"], { cwd: cwd() })).toEqual({
      stdout: "",
      stderr: "tvb-storage: cannot read nope.h5: no such file or folder (ENOENT)\n",
      status: 2,
    });
  });

  it("has its causes with --verbose, before or after the command", async () => {
    for (const args of [
      ["--verbose", "ls", "small.h5", "/n"],
      ["ls", "small.h5", "/n", "--verbose"],
    ]) {
      const { stderr, status } = await tvbStorage(args, { cwd: cwd() });
      expect(status).toBe(2);
      expect(stderr).toMatch(/^tvb-storage: small\.h5 has no \/n/);
    }
  });

  it("shows no control characters of a name", async () => {
    const { stderr, status } = await tvbStorage(["ls", "small.h5", "/a\x1b[31m\nb\u202e"], { cwd: cwd() });
    expect(status).toBe(2);
    expect(stderr).toContain("/a\\x1b[31m\\nb\\u202e");
    expect(stderr.split("\n")).toHaveLength(2);
  });
});

describe("the help", () => {
  it("has every command, the exit statuses and the environment", async () => {
    const { stdout, stderr, status } = await tvbStorage(["--help"]);
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    const commands = readdirSync(fileURLToPath(new URL("../src/commands", import.meta.url)))
      .map((name) => name.replace(/\.ts$/, ""))
      .filter((name) => name !== "shared-options");
    for (const name of commands) expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, "m"));
    expect(stdout).toContain("130  interrupted by Ctrl-C");
    expect(stdout).toContain("NO_COLOR");
  });

  it("of every command has examples", async () => {
    const { stdout } = await tvbStorage(["--help"]);
    const commands = [...(/Commands:\n([\s\S]*?)\n\n/.exec(stdout)?.[1] ?? "").matchAll(/^ {2}(\w+)/gm)];
    expect(commands.length).toBeGreaterThan(1);
    const names = commands.map(([, name = ""]) => name).filter((name) => name !== "help");
    const helps = await Promise.all(names.map((name) => tvbStorage([name, "--help"])));
    for (const [index, help] of helps.entries()) {
      expect(help.stdout, names[index]).toContain("Examples:\n");
      expect(help.status).toBe(0);
    }
  });

  it("has the options that the README has, and no others", async () => {
    const readme = readFileSync(fileURLToPath(new URL("../README.md", import.meta.url)), "utf8");
    const optionsIn = (text: string) => new Set(text.match(/(?<![\w-])--[a-z][a-z-]+/g));
    const names = readdirSync(fileURLToPath(new URL("../src/commands", import.meta.url)))
      .map((name) => name.replace(/\.ts$/, ""))
      .filter((name) => name !== "shared-options");
    let helps = (await tvbStorage(["--help"])).stdout;
    for (const name of names) helps += (await tvbStorage([name, "--help"])).stdout;
    const documented = optionsIn(readme.replaceAll("npm install --global", ""));
    const offered = optionsIn(helps);
    for (const everywhere of ["--help", "--version"]) offered.delete(everywhere);
    documented.delete("--help");
    expect([...documented].sort()).toEqual([...offered].sort());
  });

  it("is as wide as the terminal", async () => {
    const { stdout } = await tvbStorage(["ls", "--help"]);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it("--version prints the version of the package", async () => {
    const { stdout, status } = await tvbStorage(["--version"]);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(status).toBe(0);
  });
});

describeWith(bash)("a reader that goes away", () => {
  it.each([
    ["before the end", "tvb-storage ls many.h5 | head -c 10 >/dev/null", "141 0"],
    ["before the beginning", "tvb-storage ls many.h5 | true", "141 0"],
    ["of stderr does not end the command", "tvb-storage ls small.h5 2>&1 >names.txt | true", "0 0"],
  ])("%s: nothing is said", async (_when, line, statuses) => {
    const { stdout, stderr } = await inShell(`${line}; echo "\${PIPESTATUS[*]}"`, { cwd: cwd() });
    expect({ stdout, stderr }).toEqual({ stdout: `${statuses}\n`, stderr: "" });
  });

  it("an error line that nobody reads changes no status", async () => {
    const { stdout } = await inShell("tvb-storage ls nope.h5 2>&1 >/dev/null | true; echo $PIPESTATUS", {
      cwd: cwd(),
    });
    expect(stdout).toBe("2\n");
  });

  itWith(linux)("a disk that is full is an error", async () => {
    expect(await inShell("tvb-storage ls small.h5 >/dev/full", { cwd: cwd() })).toEqual({
      stdout: "",
      stderr: "tvb-storage: cannot write to the standard output: no space left on the disk (ENOSPC)\n",
      status: 2,
    });
  });
});

describeWith(posix)("a signal ends a command whose output is not read:", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s, with status %i", async (signal, status) => {
    const args = [mainFile, "ls", "many.h5"];
    const child = spawn(process.execPath, args, { cwd: cwd(), stdio: ["ignore", "pipe", "pipe"] });
    const said = text(child.stderr);
    const ended = once(child, "exit");
    await once(child.stdout, "readable"); // and nothing is read
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(child.exitCode).toBe(null);
    child.kill(signal);
    expect(await ended).toEqual([status, null]);
    expect(await said).toBe("tvb-storage: interrupted; what was there is as it was\n");
  });

  itWith(bash)("SIGTERM, where it is a pipe of a shell", async () => {
    const line = `exec 3> >(exec sleep 60 >/dev/null 2>&1); reader=$!; (exec ${process.execPath} ${mainFile} ls many.h5 >&3) & sleep 1; kill -TERM $!; wait $!; echo $?; kill $reader`;
    expect(await inShell(line, { cwd: cwd() })).toMatchObject({ stdout: "143\n" });
  });
});

describeWith(posix)("a signal that comes while the output is made is not lost", () => {
  // It comes in a callback of I/O; Node looks at signals after those that are left.
  const code = `
    import { readFile } from "node:fs";
    import { processTerminal } from ${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)};
    const { stdout, signal } = processTerminal();
    readFile("small.h5", async () => {
      process.kill(process.pid, "SIGTERM");
      await stdout.write("").catch(() => {});
      setTimeout(() => process.exit(signal.reason === "SIGTERM" ? 5 : 6), 100);
    });`;
  const args = ["--input-type=module", "-e", code];

  it("in a pipe", async () => {
    const child = spawn(process.execPath, args, { cwd: cwd(), stdio: ["ignore", "pipe", "inherit"] });
    expect(await once(child, "exit")).toEqual([5, null]);
  });

  itWith(script)("in a terminal", async () => {
    writeFileSync(path("signal.mjs"), code);
    const line = `exec '${process.execPath}' signal.mjs`;
    const child = spawn(script.command, ["-qec", line, "/dev/null"], { cwd: cwd(), stdio: "ignore" });
    expect(await once(child, "exit")).toEqual([5, null]);
    rmSync(path("signal.mjs"));
  });
});

describeWith(script)("colours", () => {
  const bold = "\x1b[1m";
  it.each([
    ["are there in a terminal", {}, [], true],
    ["not with --no-color", {}, ["--no-color"], false],
    ["not with NO_COLOR", { NO_COLOR: "1" }, [], false],
    ["not in a dumb terminal", { TERM: "dumb" }, [], false],
  ])("%s", async (_what, env, args, isColoured) => {
    const { stdout } = await inTerminal(["ls", "small.h5", ...args], { cwd: cwd(), env });
    expect(stdout.includes(bold)).toBe(isColoured);
  });

  it.each([
    ["are not there in a pipe", {}, [], false],
    ["are there with FORCE_COLOR", { FORCE_COLOR: "1" }, [], true],
    ["not with FORCE_COLOR=0", { FORCE_COLOR: "0" }, [], false],
    ["not with FORCE_COLOR and --no-color", { FORCE_COLOR: "1" }, ["--no-color"], false],
  ])("%s", async (_what, env, args, isColoured) => {
    const { stdout } = await tvbStorage(["ls", "small.h5", ...args], { cwd: cwd(), env });
    expect(stdout.includes(bold)).toBe(isColoured);
  });
});

it("nothing is left behind in the folder", () => {
  expect(readdirSync(join(path())).sort()).toEqual(["many.h5", "names.txt", "small.h5"]);
});
