import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { browserOptions, linkPackages } from "./browser-bundle.js";
import { chromium } from "./judges.js";
import { temporaryFolder } from "./temporary-folder.js";

/** A page of a program. */
interface OpenPage {
  readonly page: Page;
  /** Paths of the scripts that it has loaded. */
  readonly scripts: readonly string[];
  /** What it has printed, and errors that nothing caught, line by line. */
  readonly printed: readonly string[];
}

export interface Chromium {
  /** Opens a page without WebAssembly that runs `main` as a module; other programs are beside it, `./worker.js` for instance. */
  open(programs: { readonly main: string } & Readonly<Record<string, string>>): Promise<OpenPage>;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** An HTTP server on this machine while the tests of the `describe` around the call run. */
export function localServer(handle: Handler): { readonly address: string } {
  const server = createServer(handle);
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
  afterAll(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return {
    get address() {
      const { port } = server.address() as AddressInfo; // it listens on a port
      return `http://127.0.0.1:${port}`;
    },
  };
}

/** For tests of `describeWith(chromium)`: a browser with pages of programs that use the built packages. */
export function useChromium(): Chromium {
  const folder = temporaryFolder("chromium");
  const served = new Map<string, string | Uint8Array>();
  let scripts: string[] = [];
  let context: BrowserContext | undefined;

  const server = localServer((request, response) => {
    const path = request.url ?? "";
    const content =
      path === "/"
        ? '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/main.js"></script>'
        : served.get(path);
    if (content === undefined) {
      response.writeHead(404).end();
      return;
    }
    if (path !== "/") scripts.push(path);
    response.setHeader("Content-Type", path === "/" ? "text/html" : "text/javascript").end(content);
  });

  beforeAll(async () => {
    linkPackages(folder());
    const { chromium: launcher } = await import("playwright-core");
    // What it keeps is on the disk, as a user's is.
    context = await launcher.launchPersistentContext(folder("profile"), {
      executablePath: chromium.command,
      env: { ...process.env, TMPDIR: folder() },
    });
  }, 60_000);
  afterEach(async () => {
    const [first, ...others] = context?.pages() ?? [];
    await first?.goto("about:blank");
    for (const page of others) await page.close();
  });
  afterAll(() => context?.close());

  return {
    async open(programs) {
      if (context === undefined) throw new Error("a page is opened by a test");
      served.clear();
      scripts = [];
      const entries = Object.entries(programs);
      const { outputFiles, warnings } = await build({
        ...browserOptions,
        // What is imported later is loaded later.
        format: "esm",
        splitting: true,
        minify: true,
        absWorkingDir: folder(),
        outdir: folder("out"),
        entryPoints: entries.map(([name]) => ({ in: `program:${name}`, out: name })),
        plugins: [
          {
            name: "programs",
            setup({ onResolve, onLoad }) {
              onResolve({ filter: /^program:/ }, ({ path }) => ({
                path: path.slice(8),
                namespace: "program",
              }));
              onLoad({ filter: /./, namespace: "program" }, ({ path }) => ({
                contents: programs[path] ?? "",
                resolveDir: folder(),
              }));
            },
          },
        ],
      });
      if (warnings.length > 0) throw new Error(JSON.stringify(warnings));
      for (const { path, contents } of outputFiles) served.set(path.slice(folder("out").length), contents);
      const page = await context.newPage();
      const printed: string[] = [];
      page.on("console", (message) => printed.push(message.text()));
      page.on("pageerror", (error) => printed.push(String(error)));
      await page.addInitScript("delete globalThis.WebAssembly");
      await page.goto(server.address);
      return { page, scripts, printed };
    },
  };
}
