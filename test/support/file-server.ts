import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";

export interface FileServer {
  /** Of the folder, without a `/` at its end. */
  readonly url: string;
  /** Paths beneath `url`, in the order in which they were asked for. */
  readonly requests: string[];
}

/**
 * A web server for the files in a folder, by HTTP with ranges, while the tests of one file run. What is beneath `/closed` is
 * refused with 403, beneath `/broken` with 500.
 */
export function fileServer(folder: () => string): FileServer {
  const requests: string[] = [];
  const server = createServer(({ url = "", headers }, response) => {
    const path = decodeURIComponent(url).slice(1);
    requests.push(path);
    const refused = path.startsWith("closed/") ? 403 : path.startsWith("broken/") ? 500 : undefined;
    const content = refused === undefined ? contentOf(join(folder(), path)) : undefined;
    if (content === undefined) {
      response.writeHead(refused ?? 404).end();
      return;
    }
    const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? "") ?? [];
    if (first === "" && last === "") {
      response.writeHead(200).end(content);
      return;
    }
    const start = first === "" ? Math.max(0, content.length - Number(last)) : Number(first);
    const part = content.subarray(start, first === "" || last === "" ? undefined : Number(last) + 1);
    const range = `bytes ${start}-${start + part.length - 1}/${content.length}`;
    response.writeHead(206, { "Content-Range": range }).end(part);
  });
  let url = "";
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    get url() {
      return url;
    },
    requests,
  };
}

function contentOf(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined; // a folder, or nothing
  }
}
