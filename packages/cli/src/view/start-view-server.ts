import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { FileStructureException, isTVBException } from "@tvb-storage/errors";
import { defaultFileSystem, type FileSystem, quoted, systemErrorCode } from "@tvb-storage/files";
import { isEmbeddedElsewhere, isForeign } from "./is-foreign.js";
import { listKeys, listServed } from "./list-served.js";
import { FILES, LISTING, type PageFile, pageFiles } from "./page-files.js";
import { DATA_POLICY, PAGE_POLICY, SECURITY_HEADERS } from "./security-headers.js";
import { sendFile } from "./send-file.js";
import { NothingThere, openServedFile, type ServedPath, servedPath } from "./served-path.js";

export interface ViewServerOptions {
  /** The folder of the built page. */
  readonly page: string;
  /** What is shown: a file, a Zarr hierarchy, or a folder with all beneath it. */
  readonly root: string;
  /** By which folders are held and looked at; default the disk. Files are opened on the disk. */
  readonly fs?: FileSystem;
  /** The secret part of the address, of at least 22 letters, digits, `-` and `_`; default a random one of 192 bits. */
  readonly token?: string;
  /** Default a free one. */
  readonly port?: number;
}

export interface ViewServer {
  /** `http://127.0.0.1:PORT/TOKEN/` */
  readonly address: string;
  readonly port: number;
  /** The file or the folder that is shown, without links. */
  readonly root: string;
  /**
   * An address that leads to the page once, within a minute. It is for the command line of a browser, which other users of the
   * machine can see, for as long as the browser runs.
   */
  launchAddress(): string;
  /** Ends all connections. */
  close(): Promise<void>;
}

const TOKEN_BYTES = 24;
const TOKEN = /^[\w-]{22,}$/;
const LAUNCH_MS = 60_000;
/**
 * Within this time a request is there whole: each connection takes a file handle of this process, of which there are few,
 * and without the token, too.
 */
const REQUEST_MS = 10_000;

/**
 * Serves the page and the files that it shows, on 127.0.0.1 only, to who knows the token in the address. Files are only
 * read, and none that is not beneath `root`.
 *
 * @throws FileStructureException nothing is at `root`, there is no page, or the port is taken.
 */
export async function startViewServer(options: ViewServerOptions): Promise<ViewServer> {
  const { fs = defaultFileSystem(), token = randomToken(), port = 0 } = options;
  if (!TOKEN.test(token)) throw new RangeError("a token has at least 22 letters, digits, - and _");
  const served = await servedPath(fs, options.root);
  const page = pageFiles(options.page);
  let launch: { readonly code: string; readonly until: number } | undefined;

  const limits = {
    headersTimeout: REQUEST_MS,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: REQUEST_MS / 4,
  };
  const server = createServer(limits, (request, response) => {
    answer(request, response).catch(() => {
      // The reader is gone, or the file was changed: what was sent is not completed.
      response.destroy();
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    response.setHeader("Content-Security-Policy", DATA_POLICY);
    const { method, url = "" } = request;
    if (isForeign(request, listeningPort())) return end(response, 403);
    const [, first = "", rest] = /^\/([^/?]*)(?:\/([^?]*))?/.exec(url) ?? [];
    if (isEmbeddedElsewhere(request, rest === "")) return end(response, 403);
    if (launch !== undefined && rest === "" && isSame(first, launch.code)) {
      const isInTime = performance.now() < launch.until;
      launch = undefined;
      return isInTime ? end(response, 303, { Location: `/${token}/` }) : end(response, 404);
    }
    if (!isSame(first, token)) return end(response, 404);
    if (method !== "GET" && method !== "HEAD") return end(response, 405, { Allow: "GET, HEAD" });
    if (rest === undefined) return end(response, 308, { Location: `/${token}/` });
    const names = decodedNames(rest);
    if (names === undefined) return end(response, 404);
    const [kind, ...inner] = names;
    if (kind === FILES) return answerFile(request, response, inner);
    if (kind === LISTING) return answerListing(request, response, inner);
    const file = page.get(names.join("/"));
    return file === undefined ? end(response, 404) : answerPage(request, response, file);
  }

  async function answerListing(
    request: IncomingMessage,
    response: ServerResponse,
    names: readonly string[],
  ): Promise<void> {
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    try {
      const list =
        names.length === 0
          ? await listServed(fs, served, gone.signal)
          : await listKeys(fs, served, names, gone.signal);
      sendJson(request, response, 200, list);
    } catch (error) {
      if (gone.signal.aborted) return;
      if (names.length > 0) return end(response, statusOf(error));
      if (!isTVBException(error)) throw error;
      sendJson(request, response, 500, { message: error.message });
    }
  }

  async function answerFile(
    request: IncomingMessage,
    response: ServerResponse,
    names: readonly string[],
  ): Promise<void> {
    let handle: Awaited<ReturnType<typeof openServedFile>>;
    try {
      handle = await openServedFile(fs, served, names);
    } catch (error) {
      const status = statusOf(error);
      return end(response, status === 404 && isMissingExpected(request) ? 204 : status);
    }
    try {
      await sendFile(request, response, handle);
    } finally {
      await handle.close();
    }
  }

  const listeningPort = (): number => {
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : port;
  };
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(notListening(error, port)));
    server.listen(port, "127.0.0.1", resolve);
  });
  const origin = `http://127.0.0.1:${listeningPort()}`;
  return {
    address: `${origin}/${token}/`,
    port: listeningPort(),
    root: shownPath(served),
    launchAddress() {
      const code = randomToken();
      launch = { code, until: performance.now() + LAUNCH_MS };
      return `${origin}/${code}/`;
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

/**
 * Who reads a Zarr hierarchy asks for chunks that were never written, and for documents of other versions of the format.
 * Browsers show each 404 as an error to the user; so the page asks for another status there.
 */
function isMissingExpected({ url = "" }: IncomingMessage): boolean {
  return url.endsWith("?missing=204");
}

function shownPath({ folder, only }: ServedPath): string {
  return only === undefined ? folder : `${folder.replace(/\/$/, "")}/${only.name}`;
}

function randomToken(): string {
  return randomBytes(TOKEN_BYTES).toString("base64url");
}

/** In a time that tells nothing of where they differ. */
function isSame(given: string, secret: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

/** The names in the path of an address; undefined where it is not encoded as an address is. */
function decodedNames(path: string): string[] | undefined {
  try {
    return path.split("/").map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function end(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...(status === 204 ? {} : { "Content-Length": 0 }), ...headers }).end();
}

function answerPage({ method }: IncomingMessage, response: ServerResponse, file: PageFile): void {
  response.setHeader("Content-Security-Policy", PAGE_POLICY);
  response.writeHead(200, { "Content-Type": file.type, "Content-Length": file.content.length });
  response.end(method === "HEAD" ? undefined : file.content);
}

function sendJson(
  { method }: IncomingMessage,
  response: ServerResponse,
  status: number,
  value: unknown,
): void {
  const content = Buffer.from(JSON.stringify(value));
  response.writeHead(status, { "Content-Type": "application/json", "Content-Length": content.length });
  response.end(method === "HEAD" ? undefined : content);
}

/** The status that tells why a file was not opened. */
function statusOf(error: unknown): number {
  if (error instanceof NothingThere) return 404;
  // Something is there, and not opened. As "not found", a part of a Zarr hierarchy would be shown as never written.
  if (isTVBException(error, "FILE_STRUCTURE")) return 403;
  switch (systemErrorCode(error)) {
    case "ENOENT":
    case "ENOTDIR":
    case "ELOOP":
    case "ENAMETOOLONG":
    case "EINVAL":
      return 404;
    case "EACCES":
    case "EPERM":
      return 403;
    case "EMFILE":
    case "ENFILE":
      return 503;
    default:
      return 500;
  }
}

function notListening(error: Error, port: number): Error {
  const code = systemErrorCode(error);
  const reason =
    code === "EADDRINUSE"
      ? "another program uses it; give another one by --port, or none for a free one"
      : code === "EACCES"
        ? "the system keeps it for itself; give one from 1024 on by --port, or none for a free one"
        : error.message;
  return new FileStructureException(`cannot listen on port ${quoted(port)} of 127.0.0.1: ${reason}`, {
    cause: error,
  });
}
