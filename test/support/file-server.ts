import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { servedFiles } from "./served-files.js";

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
  const answer = servedFiles((path) => contentOf(join(folder(), path)));
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "").slice(1);
    requests.push(path);
    const refused = path.startsWith("closed/") ? 403 : path.startsWith("broken/") ? 500 : undefined;
    if (refused === undefined) answer(request, response);
    else response.writeHead(refused).end();
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
