import { mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import type { FileSystem } from "@tvb-storage/files";
import { afterAll, afterEach } from "vitest";
import { temporaryFolder } from "../../../../test/support/temporary-folder.js";
import { startViewServer, type ViewServer } from "../../src/view/start-view-server.js";

// The server of "view" as others see it: by bytes on a socket, since clients mend what they are given.

export const TOKEN = "0123456789-abcdefghij_ABCDEFGHIJ";

export interface Answer {
  readonly status: number;
  /** By names in small letters. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** Whether the connection was closed before all of `Content-Length` came. */
  readonly isCut: boolean;
}

export interface Asked {
  readonly method?: string;
  /** In place of, or in addition to, `Host` and `Connection: close`; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Lines that are added as they are. */
  readonly lines?: readonly string[];
}

/** Sends a request as it is given, and reads until the connection is closed. */
export function ask(
  port: number,
  target: string,
  { method = "GET", headers = {}, lines = [] }: Asked = {},
): Promise<Answer> {
  const all = { Host: `127.0.0.1:${port}`, Connection: "close", ...headers };
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  const head = [
    `${method} ${target} HTTP/1.1`,
    ...given.map(([name, value]) => `${name}: ${value}`),
    ...lines,
  ];
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const socket = connect(port, "127.0.0.1", () => socket.write(`${head.join("\r\n")}\r\n\r\n`, "latin1"));
    socket.on("data", (part) => parts.push(part));
    socket.on("error", reject);
    socket.on("close", () => resolve(parsed(Buffer.concat(parts), method)));
  });
}

function parsed(bytes: Buffer, method: string): Answer {
  const end = bytes.indexOf("\r\n\r\n");
  const [first = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const headers = new Map(
    lines.map((line) => {
      const at = line.indexOf(":");
      return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
    }),
  );
  const rest = bytes.subarray(end + 4);
  // Node's own refusals end so.
  const body =
    rest.equals(Buffer.from("0\r\n\r\n")) && headers.has("transfer-encoding") ? Buffer.alloc(0) : rest;
  const isCut = method !== "HEAD" && body.length < Number(headers.get("content-length") ?? 0);
  return { status: Number(first.split(" ")[1]), headers, body, isCut };
}

export interface Served extends ViewServer {
  /** By the path below the token. */
  get(path: string, asked?: Asked): Promise<Answer>;
}

/** Servers for the tests of one file, with a page of two files. `start` serves a file or a folder. */
export function useViewServer() {
  const path = temporaryFolder("view");
  const running: ViewServer[] = [];
  const close = () => Promise.all(running.splice(0).map((server) => server.close()));
  afterEach(close);
  afterAll(close);
  const start = async (root: string, fs?: FileSystem): Promise<Served> => {
    const page = path("page");
    mkdirSync(`${page}/assets`, { recursive: true });
    writeFileSync(`${page}/index.html`, "<!doctype html>\n<html>\n  <head>\n  </head>\n</html>\n");
    writeFileSync(`${page}/assets/main.js`, "1;\n");
    writeFileSync(`${page}/.stamp`, "");
    const server = await startViewServer({ page, root, token: TOKEN, ...(fs === undefined ? {} : { fs }) });
    running.push(server);
    return { ...server, get: (target, asked) => ask(server.port, `/${TOKEN}/${target}`, asked) };
  };
  return { path, start };
}
