import { execFileSync } from "node:child_process";
import nodeFs, {
  appendFileSync,
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { connect, type Socket } from "node:net";
import type { FileSystem } from "@tvb-storage/files";
import { beforeEach, describe, expect, it } from "vitest";
import { describeWith, itWith, linux, noRoot, posix } from "../../../test/support/judges.js";
import type { Listing } from "../src/view/list-served.js";
import { type Served, TOKEN, useViewServer } from "./support/view-server.js";

// What the server of "view" opens and lists: nothing that is not below the folder, whatever it is asked for and
// whatever is done to the folder meanwhile.

const { path, start } = useViewServer();
const SECRET = "secret";
const HDF5 = Buffer.from("\x89HDF\r\n\x1a\n", "latin1");

/** A folder "shown" in "all", beside which there are secrets. */
beforeEach(() => {
  rmSync(path("all"), { recursive: true, force: true });
  mkdirSync(path("all/shown/sub/deep"), { recursive: true });
  mkdirSync(path("all/outside/sub/deep"), { recursive: true });
  for (const name of ["a.h5", "sub/a.h5", "sub/deep/a.h5"]) {
    writeFileSync(path(`all/shown/${name}`), `shown ${name}`);
    writeFileSync(path(`all/outside/${name}`), SECRET);
  }
  writeFileSync(path("all/secret.h5"), SECRET);
  writeFileSync(path("all/shown-too.h5"), SECRET);
});

const show = (fs?: FileSystem) => start(path("all/shown"), fs);

async function listing(server: Served): Promise<Listing> {
  const { status, headers, body } = await server.get("files.json");
  expect([status, headers.get("content-type")]).toEqual([200, "application/json"]);
  return JSON.parse(body.toString());
}

async function listed(server: Served): Promise<string[]> {
  return (await listing(server)).files.map((file) => file.path);
}

describe("a name that leads out of the folder gets nothing:", () => {
  it.each([
    "../secret.h5",
    "../../all/secret.h5",
    "..%2fsecret.h5",
    "%2e%2e/secret.h5",
    "%2e%2e%2fsecret.h5",
    ".%2e/secret.h5",
    "%252e%252e/secret.h5",
    "..%252fsecret.h5",
    "sub/../../secret.h5",
    "sub/%2e%2e/%2e%2e/secret.h5",
    "sub/../a.h5",
    "./a.h5",
    "sub/./a.h5",
    "sub//a.h5",
    "/a.h5",
    "//a.h5",
    "a.h5/",
    "",
    ".",
    "..",
    "sub",
    "sub/",
    "..\\secret.h5",
    "..%5csecret.h5",
    "sub\\..\\..\\secret.h5",
    "%5c%5c127.0.0.1%5cshare",
    "C:/secret.h5",
    "C:%5csecret.h5",
    "file:///etc/passwd",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "../shown-too.h5",
    "-too.h5",
    "a.h5%00",
    "%00",
    "a.h5%00.txt",
    "..%00/secret.h5",
    "a.h5%20",
    "a.h5.",
    "a.h5::$DATA",
    "a.h5/..",
    "..%c0%afsecret.h5",
    "%c0%ae%c0%ae/secret.h5",
    "..%ef%bc%8fsecret.h5",
    "%ef%bc%8e%ef%bc%8e/secret.h5",
    "%uff0e%uff0e/secret.h5",
    "..;/secret.h5",
    "~/secret.h5",
    "$HOME",
    "CON",
    "nul.h5",
    "com1",
    "proc/self/fd/3",
    "__proto__",
    `${"sub/../".repeat(500)}../secret.h5`,
    "x".repeat(5000),
  ])("%s", async (name) => {
    const server = await show();
    for (const method of ["GET", "HEAD"]) {
      const { status, body } = await server.get(`files/${name}`, { method });
      expect([status, body.toString()]).toEqual([404, ""]);
    }
  });

  it("but not a name that only looks odd", async () => {
    const server = await show();
    const names = [
      "..a",
      "a..b",
      "two words.h5",
      "100%.h5",
      "脳.h5",
      "😀.h5",
      "it's #1 & co; ?.h5",
      "a+b.h5",
    ];
    for (const name of names) {
      writeFileSync(path(`all/shown/${name}`), name);
      const { status, body } = await server.get(`files/${encodeURIComponent(name)}`);
      expect([status, body.toString()]).toEqual([200, name]);
    }
    writeFileSync(path("all/shown/caf\u00e9.h5"), "composed");
    expect((await server.get("files/caf%c3%a9.h5?x=../y")).body.toString()).toBe("composed");
  });

  itWith(linux)("on Linux another spelling is another file, and a backslash is a letter", async () => {
    const server = await show();
    writeFileSync(path("all/shown/caf\u00e9.h5"), "composed");
    writeFileSync(path("all/shown/b\\c.h5"), "backslash");
    expect((await server.get("files/cafe%cc%81.h5")).status).toBe(404);
    expect((await server.get("files/A.H5")).status).toBe(404);
    expect((await server.get("files/b%5cc.h5")).body.toString()).toBe("backslash");
    expect((await server.get("files/b/c.h5")).status).toBe(404);
  });
});

describeWith(posix)("a symbolic link is not followed,", () => {
  it.each([
    ["of a file", "link.h5", "../secret.h5", "link.h5"],
    ["of a file within the folder", "link.h5", "a.h5", "link.h5"],
    ["of a folder", "link", "../outside", "link/a.h5"],
    ["of a folder within the folder", "link", "sub", "link/a.h5"],
    ["in the middle of the way", "sub/link", "../../outside/sub", "sub/link/deep/a.h5"],
    ["of the folder itself", "link", ".", "link/a.h5"],
    ["of the folder above", "link", "..", "link/secret.h5"],
    ["of the root", "link", "/", "link/etc/passwd"],
    ["of a link", "link", "other", "link/a.h5"],
  ])("%s", async (_what, link, target, asked) => {
    symlinkSync("../outside", path("all/shown/other"));
    symlinkSync(target, path(`all/shown/${link}`));
    const server = await show();
    // Not as if nothing were there.
    for (const suffix of ["", "?missing=204"]) {
      const { status, body } = await server.get(`files/${asked}${suffix}`);
      expect([status, body.toString()]).toEqual([403, ""]);
    }
    const { files, problems } = await listing(server);
    expect(files.map((file) => file.path)).toEqual(["a.h5", "sub/a.h5", "sub/deep/a.h5"]);
    expect(problems).toContainEqual({
      path: link,
      reason: "it is a symbolic link, which is not followed; show what it points to",
    });
  });

  it("but that which the command is given", async () => {
    symlinkSync("shown", path("all/link"));
    const server = await start(path("all/link"));
    expect(server.root).toBe(path("all/shown"));
    expect((await server.get("files/a.h5")).body.toString()).toBe("shown a.h5");
    // It was followed once.
    rmSync(path("all/link"));
    symlinkSync("outside", path("all/link"));
    expect((await server.get("files/a.h5")).body.toString()).toBe("shown a.h5");
  });

  it("nor one that the folder, or one above it, is exchanged for", async () => {
    mkdirSync(path("all/up/shown"), { recursive: true });
    writeFileSync(path("all/up/shown/a.h5"), "shown");
    const server = await start(path("all/up/shown"));
    const exchange = (from: string, to: string) => {
      renameSync(path(from), path(`${from}-aside`));
      symlinkSync(path(to), path(from));
    };
    const expectNothing = async () => {
      const { status, body } = await server.get("files/a.h5");
      expect([status, body.toString()]).toEqual([403, ""]);
      const list = await server.get("files.json");
      expect([list.status, JSON.parse(list.body.toString())]).toEqual([
        500,
        {
          message: expect.stringMatching(/^expected the folder .*all\/up\/shown, found a link to .*outside/),
        },
      ]);
    };
    mkdirSync(path("all/outside/shown"));
    writeFileSync(path("all/outside/shown/a.h5"), SECRET);
    exchange("all/up/shown", "all/outside");
    await expectNothing();
    rmSync(path("all/up/shown"));
    renameSync(path("all/up/shown-aside"), path("all/up/shown"));
    expect((await server.get("files/a.h5")).body.toString()).toBe("shown");
    exchange("all/up", "all/outside");
    await expectNothing();
  });
});

describeWith(linux)(
  "what is exchanged for a link to the outside at any moment of a request is not followed:",
  () => {
    /** The disk, on which `place` of the folder is exchanged right before the n-th call. */
    const exchangedAt = (n: number, place: string) => {
      let calls = 0;
      const count = () => {
        calls += 1;
        if (calls !== n) return;
        renameSync(path(`all/shown${place}`), path("all/aside"));
        symlinkSync(path(`all/outside${place}`), path(`all/shown${place}`));
      };
      const counted = <T extends object>(methods: T): T =>
        new Proxy(methods, {
          get(target, name, receiver) {
            const method: unknown = Reflect.get(target, name, receiver);
            if (name === "promises") return promises;
            if (typeof method !== "function") return method;
            return (...given: unknown[]) => {
              count();
              return Reflect.apply(method, target, given) as unknown;
            };
          },
        });
      const promises = counted(nodeFs.promises);
      return { fs: counted(nodeFs), calls: () => calls };
    };

    it.each(["/a.h5", "/sub", "/sub/deep", "/sub/deep/a.h5", ""])("shown%s", async (place) => {
      const asked = place === "/a.h5" ? "a.h5" : "sub/deep/a.h5";
      let exchanges = 0;
      for (let n = 1; ; n++) {
        const { fs, calls } = exchangedAt(n + 2, place);
        const server = await show(fs); // two calls
        const answers = [await server.get(`files/${asked}`), await server.get("files.json")];
        for (const { body } of answers) expect(body.toString(), `call ${n}`).not.toContain(SECRET);
        await server.close();
        const isOver = calls() < n + 2;
        if (isOver) break;
        exchanges += 1;
        rmSync(path(`all/shown${place}`));
        renameSync(path("all/aside"), path(`all/shown${place}`));
      }
      expect(exchanges).toBeGreaterThan(4);
    });

    it("also while another process exchanges without end", async () => {
      const code = `const fs = require("node:fs");
      const [place, aside, outside] = process.argv.slice(1);
      for (;;) { fs.renameSync(place, aside); fs.symlinkSync(outside, place); fs.unlinkSync(place); fs.renameSync(aside, place); }`;
      const { spawn } = await import("node:child_process");
      const args = ["-e", code, path("all/shown/sub"), path("all/aside"), path("all/outside/sub")];
      const other = spawn(process.execPath, args, { stdio: "ignore" });
      try {
        const server = await show();
        const found = new Map<string, number>();
        const until = performance.now() + 1500;
        while (performance.now() < until) {
          const answers = await Promise.all(
            Array.from({ length: 10 }, () => server.get("files/sub/deep/a.h5")),
          );
          for (const { body } of answers) found.set(body.toString(), (found.get(body.toString()) ?? 0) + 1);
        }
        expect([...found.keys()].sort()).toEqual(["", "shown sub/deep/a.h5"]);
      } finally {
        other.kill("SIGKILL");
        await new Promise((resolve) => other.once("close", resolve));
      }
    });
  },
);

describe("what is no file", () => {
  itWith(posix)("is not opened: a named pipe, which would wait, and a socket", async () => {
    execFileSync("mkfifo", [path("all/shown/pipe.h5")]);
    const server = await show();
    expect((await server.get("files/pipe.h5")).status).toBe(403);
    const { files, problems } = await listing(server);
    expect(files).toHaveLength(3);
    expect(problems).toEqual([{ path: "pipe.h5", reason: "it is a device, a pipe or a socket" }]);
  });

  itWith(linux)("also where it takes the place of a file right before that is opened", async () => {
    let isArmed = false;
    const lstat = async (place: string) => {
      const stats = await nodeFs.promises.lstat(place);
      if (isArmed && place.endsWith("a.h5")) {
        rmSync(path("all/shown/a.h5"));
        execFileSync("mkfifo", [path("all/shown/a.h5")]);
      }
      return stats;
    };
    const promises = Object.create(nodeFs.promises, { lstat: { value: lstat } });
    const fs: FileSystem = Object.create(nodeFs, { promises: { value: promises } });
    const server = await show(fs);
    isArmed = true;
    expect((await server.get("files/a.h5")).status).toBe(403);
  });

  itWith(posix, noRoot)("may be read by others only", async () => {
    chmodSync(path("all/shown/a.h5"), 0);
    chmodSync(path("all/shown/sub"), 0);
    const server = await show();
    expect((await server.get("files/a.h5")).status).toBe(403);
    expect((await listing(server)).problems).toMatchObject([{ path: "sub" }]);
    chmodSync(path("all/shown/sub"), 0o755);
  });
});

describe("a file that is changed while it is sent is not taken for a whole one:", () => {
  const SIZE = 64 * 2 ** 20;

  /** Asks for a large file, changes it while the answer waits, and reads on. */
  async function changedWhileSent(server: Served, change: () => void): Promise<number> {
    return new Promise((resolve, reject) => {
      let received = 0;
      const socket: Socket = connect(server.port, "127.0.0.1", () =>
        socket.write(
          `GET /${TOKEN}/files/large.h5 HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: close\r\n\r\n`,
        ),
      );
      socket.once("data", (first) => {
        received += first.length;
        socket.pause();
        change();
        socket.on("data", (part) => {
          received += part.length;
        });
        socket.resume();
      });
      socket.on("error", reject);
      socket.on("close", () => resolve(received));
    });
  }

  it.each([
    ["truncated", () => truncateSync(path("all/shown/large.h5"), 1000)],
    ["written to", () => nodeFs.writeFileSync(path("all/shown/large.h5"), "x", { flag: "r+" })],
    ["made longer", () => appendFileSync(path("all/shown/large.h5"), "more")],
  ])("%s", async (_what, change) => {
    writeFileSync(path("all/shown/large.h5"), "");
    truncateSync(path("all/shown/large.h5"), SIZE);
    const received = await changedWhileSent(await show(), change);
    expect(received).toBeGreaterThan(0);
    expect(received).toBeLessThan(SIZE);
  });

  it("one that is replaced is sent to its end, and the next part says that it is another one", async () => {
    const large = path("all/shown/large.h5");
    writeFileSync(large, "");
    truncateSync(large, SIZE);
    const server = await show();
    const tag = async () => (await server.get("files/large.h5", { method: "HEAD" })).headers.get("etag");
    const before = await tag();
    const received = await changedWhileSent(server, () => {
      writeFileSync(path("all/shown/new.h5"), "");
      truncateSync(path("all/shown/new.h5"), SIZE);
      renameSync(path("all/shown/new.h5"), large);
    });
    // A file that has no name left has another time of change.
    expect(received).toBeLessThan(SIZE);
    expect(await tag()).not.toBe(before);
  });

  it("the server reads no further than the reader", async () => {
    writeFileSync(path("all/shown/large.h5"), "");
    truncateSync(path("all/shown/large.h5"), 2 ** 31);
    const server = await show();
    const before = process.memoryUsage().rss;
    const socket = connect(server.port, "127.0.0.1", () =>
      socket.write(`GET /${TOKEN}/files/large.h5 HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`),
    );
    await new Promise((resolve) => socket.once("data", resolve));
    socket.pause();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20);
    socket.destroy();
    expect((await server.get("files/a.h5")).status).toBe(200);
  });
});

describe("the listing", () => {
  it("has what the page can open, by name or by content", async () => {
    mkdirSync(path("all/shown/b.zarr/c"), { recursive: true });
    writeFileSync(path("all/shown/b.zarr/zarr.json"), "{}");
    writeFileSync(path("all/shown/b.zarr/c/0"), "12345");
    // An array in it is no hierarchy of its own.
    mkdirSync(path("all/shown/b.zarr/array"));
    writeFileSync(path("all/shown/b.zarr/array/zarr.json"), "{}");
    mkdirSync(path("all/shown/hierarchy"));
    writeFileSync(path("all/shown/hierarchy/.zgroup"), "{}");
    writeFileSync(path("all/shown/notes.txt"), "notes");
    writeFileSync(path("all/shown/session.nwb"), HDF5);
    writeFileSync(path("all/shown/matlab.mat"), Buffer.concat([Buffer.alloc(512, "MATLAB"), HDF5]));
    writeFileSync(path("all/shown/archive"), "PK\x03\x04");
    writeFileSync(path("all/shown/Project.xml"), "<xml/>");
    nodeFs.utimesSync(path("all/shown/Project.xml"), 0, new Date("2024-02-27T15:11:16.101Z"));
    const server = await show();
    const { root, name, kind, files, problems } = await listing(server);
    expect([root, name, kind, problems]).toEqual([path("all/shown"), "shown", "folder", []]);
    expect(files.map((file) => `${file.kind} ${file.path} ${file.size}`)).toEqual([
      "file Project.xml 6",
      "file a.h5 10",
      "file archive 4",
      "zarr b.zarr 9",
      "zarr hierarchy 2",
      "file matlab.mat 520",
      "file session.nwb 8",
      "file sub/a.h5 14",
      "file sub/deep/a.h5 19",
    ]);
    expect(files[0]?.modified).toBe("2024-02-27T15:11:16.101Z");
    const keys = await server.get("files.json/b.zarr");
    expect(JSON.parse(keys.body.toString())).toEqual(["array/zarr.json", "c/0", "zarr.json"]);
    for (const other of ["none", "../outside", "%2e%2e/outside", "b.zarr/", ""])
      expect((await server.get(`files.json/${other}`)).status).toBe(404);
    expect((await server.get("files.json/a.h5")).status).toBe(403);
  });

  it("is made when it is asked for, also of a folder that was made again", async () => {
    const server = await show();
    expect(await listed(server)).toHaveLength(3);
    rmSync(path("all/shown"), { recursive: true });
    expect(JSON.parse((await server.get("files.json")).body.toString())).toEqual({
      message: expect.stringMatching(/^cannot list .*all\/shown: no such file or folder/),
    });
    mkdirSync(path("all/shown"));
    writeFileSync(path("all/shown/new.h5"), "new");
    expect(await listed(server)).toEqual(["new.h5"]);
  });

  itWith(posix)("a hierarchy with a link in it is not shown as if the rest were never written", async () => {
    mkdirSync(path("all/shown/b.zarr"));
    writeFileSync(path("all/shown/b.zarr/.zgroup"), "{}");
    symlinkSync(path("all/outside"), path("all/shown/b.zarr/c"));
    const server = await show();
    expect((await server.get("files/b.zarr/c/a.h5?missing=204")).status).toBe(403);
    expect((await server.get("files.json/b.zarr")).status).toBe(403);
  });

  itWith(posix)("takes any time of change", async () => {
    nodeFs.utimesSync(path("all/shown/a.h5"), 1e13, 1e13);
    const { files } = await listing(await show());
    expect(files).toHaveLength(3);
    expect(files[0]?.modified ?? "none").toMatch(/^(none|[+]?\d{4,6}-.*Z)$/);
  });

  it("a file that is missing is no error to who expects it", async () => {
    const server = await show();
    const { status, body } = await server.get("files/sub/none?missing=204");
    expect([status, body.length]).toEqual([204, 0]);
    expect((await server.get("files/a.h5?missing=204")).body.toString()).toBe("shown a.h5");
    expect((await server.get("none?missing=204")).status).toBe(404);
  });

  itWith(linux)("names what a page cannot ask for", async () => {
    writeFileSync(
      Buffer.concat([Buffer.from(path("all/shown/x")), Buffer.from([0xff]), Buffer.from(".h5")]),
      "",
    );
    const { files, problems } = await listing(await show());
    expect(files).toHaveLength(3);
    expect(problems).toEqual([
      { path: "x\ufffd.h5", reason: "its name is not UTF-8, so that a page cannot ask for it; rename it" },
    ]);
  });

  it("of 10,000 files takes a moment", async () => {
    mkdirSync(path("all/many"));
    writeFileSync(path("all/many/0"), "");
    for (let n = 1; n < 10_000; n++) linkSync(path("all/many/0"), path(`all/many/${n}.h5`));
    const server = await start(path("all/many"));
    const started = performance.now();
    expect(await listed(server)).toHaveLength(9_999);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it("reads no file whole, and changes nothing", async () => {
    const states = () =>
      readdirSync(path("all"), { recursive: true, encoding: "utf8" })
        .sort()
        .map((name) => {
          const { mtimeMs, ctimeMs, mode, ino } = statSync(path(`all/${name}`));
          return { name, mtimeMs, ctimeMs, mode, ino };
        });
    const before = states();
    const server = await show();
    await listing(server);
    await server.get("files/a.h5");
    await server.get("files/none.h5");
    await server.get("files/a.h5", { method: "PUT", lines: ["Content-Length: 0"] });
    await server.get("files/a.h5", { method: "DELETE" });
    expect(states()).toEqual(before);
    expect(readFileSync(path("all/shown/a.h5"), "utf8")).toBe("shown a.h5");
  });
});

describe("of one file, or one hierarchy, that is shown", () => {
  it("nothing beside it is", async () => {
    const server = await start(path("all/shown/a.h5"));
    expect(server.root).toBe(path("all/shown/a.h5"));
    const { root, name, kind, files } = await listing(server);
    expect([root, name, kind]).toEqual([path("all/shown"), "a.h5", "file"]);
    expect(files.map((file) => file.path)).toEqual(["a.h5"]);
    expect((await server.get("files/a.h5")).body.toString()).toBe("shown a.h5");
    for (const other of ["sub/a.h5", "sub", "a.h5/a.h5", "", "A.H5"])
      expect((await server.get(`files/${other}`)).status).toBe(404);
  });

  it.each(["b.zarr", "b.zarr/", "b.zarr/zarr.json"])("%s", async (given) => {
    mkdirSync(path("all/shown/b.zarr/c"), { recursive: true });
    writeFileSync(path("all/shown/b.zarr/zarr.json"), "{}");
    writeFileSync(path("all/shown/b.zarr/c/0"), "12345");
    const server = await start(path(`all/shown/${given}`));
    const { root, name, kind, files } = await listing(server);
    expect([root, name, kind]).toEqual([path("all/shown"), "b.zarr", "zarr"]);
    expect(JSON.parse((await server.get("files.json/b.zarr")).body.toString())).toEqual(["c/0", "zarr.json"]);
    expect((await server.get("files.json/sub")).status).toBe(404);
    expect(files).toMatchObject([{ path: "b.zarr", kind: "zarr", size: 7 }]);
    expect((await server.get("files/b.zarr/c/0")).body.toString()).toBe("12345");
    expect((await server.get("files/a.h5")).status).toBe(404);
  });
});
