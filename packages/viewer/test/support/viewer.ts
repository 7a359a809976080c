import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { BrowserContext, Locator, Page } from "playwright-core";
import { PNG } from "pngjs";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { localServer } from "../../../../test/support/chromium.js";
import { chromium } from "../../../../test/support/judges.js";
import { temporaryFolder } from "../../../../test/support/temporary-folder.js";
import { PAGE_POLICY } from "../../../cli/src/view/security-headers.js";

// The built page in Chromium, served from a folder of a server, as any server serves it.

const dist = fileURLToPath(new URL("../../dist", import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
  ".md": "text/markdown",
};

/** Where the page is on its server. */
const FOLDER = "/viewer/";

/** The page, opened. */
export interface OpenViewer {
  readonly page: Page;
  /** Addresses of all requests but those of `blob:` and `data:`. */
  readonly requests: readonly string[];
  /** What was printed as an error or a warning, and errors that nothing caught. */
  readonly errors: readonly string[];
  /** Some errors are meant: React prints what a view was refused, also where the page shows it. */
  expectErrors(...patterns: readonly RegExp[]): void;
  /** Opens files of this machine by the file dialog. */
  openFiles(...paths: readonly string[]): Promise<void>;
}

export interface Viewer {
  /** Of the page, without what it shows. */
  readonly address: string;
  /** Opens the page; `hash` is what it shows. */
  open(hash?: string): Promise<OpenViewer>;
  /** Opens the page of another server. */
  openAt(address: string): Promise<OpenViewer>;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** For tests of `describeWith(chromium)`: a browser with the built page. What is not of the page is answered by `others`. */
export function useViewer(others: Handler = (_request, response) => response.writeHead(404).end()): Viewer {
  const folder = temporaryFolder("viewer");
  let context: BrowserContext | undefined;
  let opened: { readonly requests: string[]; readonly errors: string[]; meant: readonly RegExp[] }[] = [];

  const server = localServer((request, response) => {
    const path = decodeURIComponent((request.url ?? "").replace(/[?#].*/, ""));
    if (!path.startsWith(FOLDER)) {
      others(request, response);
      return;
    }
    const file = path === FOLDER ? "index.html" : path.slice(FOLDER.length);
    response
      .setHeader("Content-Type", TYPES[extname(file)] ?? "application/octet-stream")
      // What the server of the command allows the page; what it does beyond that is an error.
      .setHeader("Content-Security-Policy", PAGE_POLICY)
      .end(readFileSync(`${dist}/${file}`));
  });

  beforeAll(async () => {
    const { chromium: launcher } = await import("playwright-core");
    context = await launcher.launchPersistentContext(folder("profile"), {
      executablePath: chromium.command,
      viewport: { width: 1280, height: 800 },
      // Without a graphics card, and without a sandbox where this is root.
      args: ["--no-sandbox", "--enable-unsafe-swiftshader", "--disable-background-networking"],
      env: { ...process.env, TMPDIR: folder() },
    });
  }, 60_000);
  afterEach(async () => {
    const [first, ...more] = context?.pages() ?? [];
    await first?.goto("about:blank");
    for (const page of more) await page.close();
    // Whatever a test looks at: the page says no error, and no request leaves the machine.
    const all = opened;
    opened = [];
    for (const { requests, errors, meant } of all) {
      expect(errors.filter((error) => !meant.some((pattern) => pattern.test(error)))).toEqual([]);
      expect(requests.filter((url) => !/^http:\/\/127\.0\.0\.1[:/]/.test(url))).toEqual([]);
    }
  });
  afterAll(() => context?.close());

  async function openAt(address: string): Promise<OpenViewer> {
    if (context === undefined) throw new Error("a page is opened by a test");
    const page = await context.newPage();
    const requests: string[] = [];
    const errors: string[] = [];
    const watched = { requests, errors, meant: [] as readonly RegExp[] };
    opened.push(watched);
    page.on("request", (request) => {
      if (!/^(blob|data):/.test(request.url())) requests.push(request.url());
    });
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type()) && !isOfDriver(message.text()))
        errors.push(message.text());
    });
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.goto(address);
    return {
      page,
      requests,
      errors,
      expectErrors(...patterns) {
        watched.meant = patterns;
      },
      openFiles: (...paths) => page.getByLabel("Open files").setInputFiles([...paths]),
    };
  }

  return {
    get address() {
      return `${server.address}${FOLDER}`;
    },
    open: (hash = "") => openAt(`${server.address}${FOLDER}${hash}`),
    openAt,
  };
}

/** Chromium's own remarks about drawing without a graphics card, which no user with one has. */
function isOfDriver(text: string): boolean {
  return /GL Driver Message|software WebGL|swiftshader/i.test(text);
}

/** What an element looks like. */
export async function pictureOf(element: Locator): Promise<PNG> {
  return PNG.sync.read(await element.screenshot());
}

/** The colour of a picture at a point that is given in parts of its width and height, as `[red, green, blue]`. */
export function colourAt({ data, width, height }: PNG, x: number, y: number): [number, number, number] {
  const at = 4 * (Math.floor(y * height) * width + Math.floor(x * width));
  return [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
}
