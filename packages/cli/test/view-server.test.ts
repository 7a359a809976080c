import { mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:net";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { isForeign } from "../src/view/is-foreign.js";
import { PAGE_POLICY } from "../src/view/security-headers.js";
import { startViewServer } from "../src/view/start-view-server.js";
import { ask, type Served, TOKEN, useViewServer } from "./support/view-server.js";

// The server of "view": who gets an answer, and ranges of files. What it opens of a folder is tested in
// view-files.test.ts.

const { path, start } = useViewServer();
const TEN = "0123456789";
let server: Served;

beforeAll(() => {
  mkdirSync(path("data"));
  writeFileSync(path("data/ten.h5"), TEN);
  writeFileSync(path("data/empty.h5"), "");
});
beforeEach(async () => {
  server = await start(path("data"));
});

describe("the page", () => {
  it("is served below the token, with the address of the listing", async () => {
    const { status, headers, body } = await server.get("");
    expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(body.toString()).toBe(
      '<!doctype html>\n<html>\n  <head>\n    <meta name="tvb-files" content="files.json" />\n  </head>\n</html>\n',
    );
    expect(headers.get("content-security-policy")).toBe(PAGE_POLICY);
    const script = await server.get("assets/main.js?v=1");
    expect([script.status, script.headers.get("content-type"), script.body.toString()]).toEqual([
      200,
      "text/javascript; charset=utf-8",
      "1;\n",
    ]);
  });

  it("has the policy that the README of the viewer gives to other servers", () => {
    const readme = readFileSync(new URL("../../viewer/README.md", import.meta.url), "utf8");
    expect(readme).toContain(`\n${PAGE_POLICY}\n`);
  });

  it("is found without the slash at the end", async () => {
    const { status, headers } = await ask(server.port, `/${TOKEN}`);
    expect([status, headers.get("location")]).toEqual([308, `/${TOKEN}/`]);
  });

  it.each([
    ".stamp",
    "index.html",
    "assets",
    "assets/",
    "assets/../.stamp",
    "assets/%2e%2e/assets/main.js",
    "assets%2fmain.js/",
    "../page/assets/main.js",
    "constructor",
    "%",
    "%ff",
  ])("has no file %s", async (name) => {
    const { status, body } = await server.get(name);
    expect([status, body.length]).toEqual([404, 0]);
  });
});

describe("an answer is given only to who knows the token:", () => {
  const wrong = [
    "/",
    "",
    "*",
    "//",
    "/files.json",
    "/files/ten.h5",
    `/${TOKEN.slice(1)}/files.json`,
    `/${TOKEN}x/files.json`,
    `/${TOKEN.toLowerCase()}/files.json`,
    `/${"0".repeat(TOKEN.length)}/`,
    `//${TOKEN}/files.json`,
    `/x/../${TOKEN}/files.json`,
    `/?/${TOKEN}/files.json`,
    `/%30${TOKEN.slice(1)}/files.json`,
    `http://127.0.0.1/${TOKEN}/files.json`,
    `/${TOKEN}\\files.json`,
  ];
  it.each(wrong.filter((target) => target !== ""))("%s gets nothing", async (target) => {
    for (const method of ["GET", "HEAD", "POST"]) {
      const { status, body, headers } = await ask(server.port, target, { method });
      expect([status, body.length, headers.get("access-control-allow-origin")]).toEqual([404, 0, undefined]);
    }
  });

  it("a token of ours has 192 bits, and another each time", async () => {
    const tokens = new Set<string>();
    for (let n = 0; n < 3; n++) {
      const other = await startViewServer({ page: path("page"), root: path("data") });
      const [, token = ""] = /^http:\/\/127\.0\.0\.1:\d+\/([\w-]+)\/$/.exec(other.address) ?? [];
      expect(Buffer.from(token, "base64url")).toHaveLength(24);
      tokens.add(token);
      await other.close();
    }
    expect(tokens.size).toBe(3);
  });

  it("a token that could be guessed is refused", async () => {
    const options = { page: path("page"), root: path("data"), token: "secret" };
    await expect(startViewServer(options)).rejects.toThrow("a token has at least 22 letters");
  });

  it("an address for a browser's command line leads to the page once", async () => {
    const launch = new URL(server.launchAddress()).pathname;
    expect(launch).not.toContain(TOKEN);
    expect((await ask(server.port, `${launch}files.json`)).status).toBe(404);
    const { status, headers } = await ask(server.port, launch);
    expect([status, headers.get("location")]).toEqual([303, `/${TOKEN}/`]);
    expect((await ask(server.port, launch)).status).toBe(404);
  });
});

describe("a request is refused", () => {
  const refused = async (headers: Record<string, string | undefined>, lines: string[] = []) => {
    for (const target of ["", "files.json", "files/ten.h5"]) {
      const { status, body, headers: answered } = await server.get(target, { headers, lines });
      expect([target, status, body.length]).toEqual([target, expect.toBeOneOf([400, 403]), 0]);
      expect([...answered.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  };
  const port = () => server.port;

  it("under another name: an address that was made to point to this machine", async () => {
    for (const host of ["evil.example", `evil.example:${port()}`, "127.0.0.1", "localhost", `127.0.0.1:1`])
      await refused({ Host: host });
    for (const host of [`127.1:${port()}`, `[::1]:${port()}`, `127.0.0.1:${port()}.evil.example`, ""])
      await refused({ Host: host });
    await refused({ Host: undefined });
    await refused({}, [`Host: evil.example:${port()}`]);
  });

  it("but not on the port of HTTP itself, which browsers leave out", () => {
    const isOf = (port: number, host: string, origin?: string) =>
      !isForeign(
        { headers: { origin }, headersDistinct: { host: [host] } } as unknown as IncomingMessage, // what it looks at
        port,
      );
    expect(isOf(80, "127.0.0.1", "http://127.0.0.1")).toBe(true);
    expect(isOf(80, "localhost:80")).toBe(true);
    expect(isOf(80, "127.0.0.1", "http://127.0.0.1:8080")).toBe(false);
    expect(isOf(80, "evil.example")).toBe(false);
    expect(isOf(8080, "127.0.0.1")).toBe(false);
  });

  it("from another origin", async () => {
    for (const origin of [
      "http://evil.example",
      "null",
      "",
      "http://127.0.0.1",
      `http://localhost:${port()}`,
    ])
      await refused({ Origin: origin });
    await refused({ Origin: `https://127.0.0.1:${port()}` });
  });

  it("for a page of another site, or of another port of this machine", async () => {
    for (const site of ["cross-site", "same-site", "anything"]) {
      await refused({ "Sec-Fetch-Site": site });
      await refused({ "Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image" });
      await refused({ "Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe" });
    }
  });

  it("but not of the page itself, from either name", async () => {
    for (const name of ["127.0.0.1", "localhost"]) {
      const host = `${name}:${port()}`;
      const headers = { Host: host, Origin: `http://${host}`, "Sec-Fetch-Site": "same-origin" };
      expect((await server.get("files/ten.h5", { headers })).body.toString()).toBe(TEN);
    }
  });

  it("but not a link that is followed to the page, which may be one in a terminal in a web page", async () => {
    const headers = {
      "Sec-Fetch-Site": "cross-site",
      "Sec-Fetch-Mode": "navigate",
      "Sec-Fetch-Dest": "document",
    };
    expect((await server.get("", { headers })).status).toBe(200);
    expect((await server.get("files/ten.h5", { headers })).status).toBe(403);
  });

  it.each(["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])(
    "by the method %s",
    async (method) => {
      for (const target of ["", "files.json", "files/ten.h5", "files/new.h5"]) {
        const { status, headers, body } = await server.get(target, { method });
        expect([status, headers.get("allow"), body.length]).toEqual([405, "GET, HEAD", 0]);
      }
    },
  );
});

it("every answer says that it is not stored, guessed, embedded or read by others", async () => {
  const own = ["", "files.json", "files/ten.h5", "files/none.h5", "nothing"].map((target) =>
    server.get(target),
  );
  const refused = [ask(server.port, "/"), ask(server.port, "/", { headers: { Host: "evil.example" } })];
  for (const { headers } of await Promise.all([...own, ...refused])) {
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  }
});

describe("a file", () => {
  it("is given whole, as bytes", async () => {
    const { status, headers, body } = await server.get("files/ten.h5");
    expect([status, body.toString()]).toEqual([200, TEN]);
    expect(headers.get("content-type")).toBe("application/octet-stream");
    expect(headers.get("accept-ranges")).toBe("bytes");
    expect(headers.get("content-length")).toBe("10");
    expect(headers.get("content-encoding")).toBeUndefined();
    expect(headers.get("content-security-policy")).toBe(
      "default-src 'none'; frame-ancestors 'none'; sandbox",
    );
  });

  it("is described by HEAD, whatever range is asked for", async () => {
    for (const headers of [{}, { Range: "bytes=2-3" }]) {
      const answer = await server.get("files/ten.h5", { method: "HEAD", headers });
      expect([answer.status, answer.headers.get("content-length"), answer.body.length]).toEqual([
        200,
        "10",
        0,
      ]);
    }
  });

  it.each([
    ["bytes=0-0", "0", "bytes 0-0/10"],
    ["bytes=2-4", "234", "bytes 2-4/10"],
    ["bytes=2-", "23456789", "bytes 2-9/10"],
    ["bytes=9-9", "9", "bytes 9-9/10"],
    ["bytes=5-1000", "56789", "bytes 5-9/10"],
    ["bytes=0-99999999999999999999", TEN, "bytes 0-9/10"],
    ["bytes=-1", "9", "bytes 9-9/10"],
    ["bytes=-100", TEN, "bytes 0-9/10"],
    ["Bytes = 1-2", "12", "bytes 1-2/10"],
    ["bytes=007-8", "78", "bytes 7-8/10"],
  ])("of which %s is asked for, is given in this part", async (range, bytes, given) => {
    const { status, headers, body } = await server.get("files/ten.h5", { headers: { Range: range } });
    expect([status, body.toString(), headers.get("content-range")]).toEqual([206, bytes, given]);
    expect(headers.get("content-length")).toBe(String(bytes.length));
  });

  it.each(["bytes=10-", "bytes=10-12", "bytes=99999999999999999999-", "bytes=-0"])(
    "that has none of %s says so",
    async (range) => {
      const { status, headers, body } = await server.get("files/ten.h5", { headers: { Range: range } });
      expect([status, headers.get("content-range"), body.length]).toEqual([416, "bytes */10", 0]);
    },
  );

  it.each([
    "bytes=0-1,3-4",
    "bytes=4-2",
    "bytes=-",
    "bytes=",
    "bytes",
    "items=0-1",
    "bytes=a-b",
    "bytes=1-2x",
    "bytes=+1-2",
    "bytes=1--2",
    "bytes=0x1-2",
    "bytes=1.5-2",
  ])("of which %s is asked for, which is not one range, is given whole", async (range) => {
    const { status, body } = await server.get("files/ten.h5", { headers: { Range: range } });
    expect([status, body.toString()]).toEqual([200, TEN]);
  });

  it("that is empty has no range", async () => {
    const { status, headers } = await server.get("files/empty.h5", { headers: { Range: "bytes=0-0" } });
    expect([status, headers.get("content-range")]).toEqual([416, "bytes */0"]);
    const whole = await server.get("files/empty.h5");
    expect([whole.status, whole.headers.get("content-length"), whole.isCut]).toEqual([200, "0", false]);
  });

  it("has a tag, for who wants parts of this state only", async () => {
    const tag = (await server.get("files/ten.h5")).headers.get("etag") ?? "";
    expect(tag).toMatch(/^"[\w-]+"$/);
    const asked = (headers: Record<string, string>) =>
      server.get("files/ten.h5", { headers: { Range: "bytes=1-2", ...headers } });
    expect((await asked({ "If-Range": tag })).status).toBe(206);
    expect((await asked({ "If-Range": '"other"' })).status).toBe(200);
    expect((await asked({ "If-Match": `"other", ${tag}` })).status).toBe(206);
    expect((await asked({ "If-Match": "*" })).status).toBe(206);
    expect((await asked({ "If-Match": '"other"' })).status).toBe(412);
    const same = await asked({ "If-None-Match": tag });
    expect([same.status, same.body.length]).toEqual([304, 0]);
    expect((await asked({ "If-None-Match": '"other"' })).status).toBe(206);
  });

  it("of 5 GiB is read where it is asked for", async () => {
    writeFileSync(path("data/large.h5"), "");
    truncateSync(path("data/large.h5"), 5 * 2 ** 30);
    const { status, headers, body } = await server.get("files/large.h5", { headers: { Range: "bytes=-3" } });
    expect([status, headers.get("content-range"), [...body]]).toEqual([
      206,
      "bytes 5368709117-5368709119/5368709120",
      [0, 0, 0],
    ]);
    expect((await server.get("files/large.h5", { method: "HEAD" })).headers.get("content-length")).toBe(
      "5368709120",
    );
    expect(statSync(path("data/large.h5")).size).toBe(5 * 2 ** 30);
  });
});

describe("the server cannot start", () => {
  it.each([
    ["where nothing is", "none", /cannot show .*none: no such file or folder \(ENOENT\)/],
    ["on what is no file and no folder", "/dev/null", /cannot show \/dev\/null: it is no file and no folder/],
  ])("%s", async (_what, root, message) => {
    const options = { page: path("page"), root: root.startsWith("/") ? root : path(root) };
    await expect(startViewServer(options)).rejects.toThrow(message);
  });

  it("without a page", async () => {
    mkdirSync(path("no-page"));
    const options = { page: path("no-page"), root: path("data") };
    await expect(startViewServer(options)).rejects.toThrow(
      /no-page has no page: expected index\.html with a <head>/,
    );
  });

  it("on a port that is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number }; // it listens on a port
    try {
      await expect(startViewServer({ page: path("page"), root: path("data"), port })).rejects.toThrow(
        `cannot listen on port ${port} of 127.0.0.1: another program uses it; give another one by --port, or none for a free one`,
      );
    } finally {
      other.close();
    }
  });
});
