import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { beforeAll, describe, expect, it } from "vitest";
import { describeWith, itWith, linux, posix } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { type Running, script, start, startInTerminal, tvbStorage } from "./support/program.js";

// The command "view" as a process: what it prints, the browser that it opens, and its end.

const path = temporaryFolder("cli-view");
const ADDRESS = /http:\/\/127\.0\.0\.1:(\d+)\/[\w-]{32}\//;

beforeAll(() => {
  mkdirSync(path("data"));
  mkdirSync(path("bin"));
  writeFileSync(path("data/a.h5"), "content");
  // In place of the desktop's: writes down what it is to open.
  writeFileSync(
    path("bin/xdg-open"),
    `#!/bin/sh\nprintf '%s\\n' "$@" >"${path("opened.tmp")}"\nmv "${path("opened.tmp")}" "${path("opened")}"\n`,
  );
  chmodSync(path("bin/xdg-open"), 0o755);
  for (const name of ["without", "failing"]) {
    mkdirSync(path(name));
    // By which the width of the terminal is set.
    symlinkSync("/bin/stty", path(`${name}/stty`));
  }
  writeFileSync(path("failing/xdg-open"), "#!/bin/sh\nexit 3\n");
  chmodSync(path("failing/xdg-open"), 0o755);
});

/** The address that it prints, when it does. */
async function addressOf(running: Running): Promise<string> {
  let printed = "";
  running.process.stdout?.on("data", (part: string) => {
    printed += part;
  });
  await running.saw("Ctrl-C ends it");
  return ADDRESS.exec(printed)?.[0] ?? `no address in ${printed}`;
}

async function filesAt(address: string): Promise<string[]> {
  const listing = (await (await fetch(`${address}files.json`)).json()) as { files: { path: string }[] };
  return listing.files.map((file) => file.path);
}

describeWith(posix)("tvb-storage view", () => {
  it.each(["SIGINT", "SIGTERM"] as const)(
    "prints its address and serves until %s, its ordinary end",
    async (signal) => {
      const running = start(["view"], { cwd: path("data") });
      const address = await addressOf(running);
      expect(await filesAt(address)).toEqual(["a.h5"]);
      expect(await (await fetch(`${address}files/a.h5`)).text()).toBe("content");
      const page = await (await fetch(address)).text();
      expect(page).toContain('<meta name="tvb-files" content="files.json" />');
      const [, script = ""] = /src="\.\/(assets\/[^"]+)"/.exec(page) ?? [];
      expect((await fetch(`${address}${script}`)).headers.get("content-type")).toBe(
        "text/javascript; charset=utf-8",
      );
      running.process.kill(signal);
      expect(await running.ended).toEqual({
        stdout: `${address}\n`,
        stderr: `shows ${path("data")} to who has this address; Ctrl-C ends it\n`,
        status: 0,
      });
      await expect(fetch(address)).rejects.toThrow("fetch failed");
    },
  );

  it("ends also while a request is answered", async () => {
    const running = start(["view", path("data")]);
    const address = await addressOf(running);
    // A connection that is kept, and one on which nothing more comes.
    await (await fetch(`${address}files.json`)).text();
    running.process.kill("SIGINT");
    expect((await running.ended).status).toBe(0);
  });

  it("prints one line of JSON, and takes a port that is given", async () => {
    const free = await new Promise<number>((resolve) => {
      const server = createServer().listen(0, "127.0.0.1", () => {
        const { port } = server.address() as { port: number }; // it listens on a port
        server.close(() => resolve(port));
      });
    });
    const running = start(["view", path("data/a.h5"), "--json", "--port", String(free)]);
    const address = await addressOf(running);
    running.process.kill("SIGINT");
    const { stdout } = await running.ended;
    expect(JSON.parse(stdout)).toEqual({ address, port: free, root: path("data/a.h5") });
    expect(stdout.split("\n")).toHaveLength(2);
    expect(new URL(address).port).toBe(String(free));
  });
});

describeWith(linux, script)("in a terminal it opens the browser,", () => {
  const PATH = () => `${path("bin")}:${process.env["PATH"]}`;
  const env = () => ({ PATH: PATH(), DISPLAY: ":1" });

  async function typedEnd(running: Running): Promise<number | string> {
    // While a line is written to a terminal, signals end the process as they do without handlers.
    await new Promise((resolve) => setTimeout(resolve, 200));
    running.process.stdin?.write("\x03");
    const { status } = await running.ended;
    running.process.stdin?.end();
    return status;
  }

  it("by an address that leads to the page once, since command lines are seen by all", async () => {
    const running = startInTerminal(["view", path("data")], { env: env() });
    const address = await addressOf(running);
    await expect.poll(() => existsSync(path("opened")), { timeout: 10_000 }).toBe(true);
    const opened = readFileSync(path("opened"), "utf8").trimEnd();
    expect(opened).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/);
    expect(opened).not.toBe(address);
    expect((await fetch(opened)).url).toBe(address);
    expect((await fetch(opened)).status).toBe(404);
    expect(await typedEnd(running)).toBe(0);
  });

  it.each([
    ["but not with --no-open", ["--no-open"], {}, ""],
    ["but not with --json", ["--json"], {}, ""],
    ["but not without a screen", [], { DISPLAY: "" }, ""],
    [
      "where there is one",
      [],
      { PATH: path("without") },
      "no browser could be started (spawn xdg-open ENOENT)",
    ],
    ["where it can", [], { PATH: path("failing") }, "no browser could be started (xdg-open ended with 3)"],
  ])("%s", async (_what, args, more, note) => {
    writeFileSync(path("opened"), "nothing");
    const running = startInTerminal(["view", path("data"), ...args], { env: { ...env(), ...more } });
    await addressOf(running);
    if (note !== "") await running.saw(note);
    expect(await typedEnd(running)).toBe(0);
    expect(readFileSync(path("opened"), "utf8")).toBe("nothing");
  });
});

describe("view refuses", () => {
  it.each([
    ["nothing", ["none"], "cannot show none: no such file or folder (ENOENT)"],
    [
      "a port that is none",
      ["--port", "70000"],
      '--port must be a whole number from 1 to 65535, not "70000"',
    ],
    ["a word as a port", ["--port", "http"], '--port must be a whole number from 1 to 65535, not "http"'],
    [
      "an address",
      ["https://host/a.h5"],
      "https://host/a.h5 is no path of this machine; start tvb-storage view without it, and open the address in the page",
    ],
  ])("%s", async (_what, args, message) => {
    const { stdout, stderr, status } = await tvbStorage(["view", ...args], { cwd: path("data") });
    expect([stdout, status]).toEqual(["", 2]);
    expect(stderr).toContain(message);
  });

  it("a port that is taken", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number }; // it listens on a port
    const { stderr, status } = await tvbStorage(["view", "--port", String(port)], { cwd: path("data") });
    expect([stderr, status]).toEqual([
      `tvb-storage: cannot listen on port ${port} of 127.0.0.1: another program uses it; give another one by --port, or none for a free one\n`,
      2,
    ]);
    server.close();
  });

  itWith(posix)("a device", async () => {
    const { stderr } = await tvbStorage(["view", "/dev/null"]);
    expect(stderr).toBe("tvb-storage: cannot show /dev/null: it is no file and no folder\n");
  });
});
