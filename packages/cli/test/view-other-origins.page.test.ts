import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { localServer } from "../../../test/support/chromium.js";
import { chromium, describeWith } from "../../../test/support/judges.js";
import { type Served, TOKEN, useViewServer } from "./support/view-server.js";

// What a page of another origin gets of the server of "view", in a browser: nothing, even where it has guessed the token.

const { path, start } = useViewServer();
const SECRET = "window.leaked = 'secret';";

describeWith(chromium)("a page of another origin", () => {
  let context: BrowserContext | undefined;
  let page: Page;
  let server: Served;
  const other = localServer((_request, response) => {
    response.setHeader("Content-Type", "text/html").end("<!doctype html><title>other</title>");
  });

  beforeAll(async () => {
    mkdirSync(path("data"));
    mkdirSync(path("profile"));
    writeFileSync(path("data/secret.h5"), SECRET);
    const { chromium: launcher } = await import("playwright-core");
    context = await launcher.launchPersistentContext(path("profile"), {
      executablePath: chromium.command,
      // Without a sandbox where this is root; the name is one that was made to point to this machine.
      args: ["--no-sandbox", "--host-resolver-rules=MAP rebound.example 127.0.0.1"],
      env: { ...process.env, TMPDIR: path() },
    });
  }, 60_000);
  afterAll(() => context?.close());
  beforeEach(async () => {
    server = await start(path("data"));
    page = (await context?.newPage()) as Page; // it was launched
    await page.goto(other.address);
    return () => page.close();
  });

  /** Of all that the page shows: the listing, a file, a script of the page, the page. */
  const targets = () =>
    ["files.json", "files/secret.h5", "assets/main.js", ""].map((target) => `${server.address}${target}`);
  const inPage = <T>(code: string, argument: unknown): Promise<T> =>
    page.evaluate(`(${code})(${JSON.stringify(argument)})`);

  it("reads nothing by fetch, with and without CORS", async () => {
    for (const target of targets())
      for (const mode of ["cors", "no-cors"]) {
        const code = `async ([url, mode]) => {
          try { const answer = await fetch(url, { mode }); return answer.type + answer.status + await answer.text(); }
          catch { return "failed"; } }`;
        expect(await inPage(code, [target, mode])).toBe("failed");
      }
  });

  it.each(["img", "script", "iframe", "link", "video", "object", "embed"])(
    "embeds nothing by <%s>",
    async (tag) => {
      for (const target of targets()) {
        const answered: number[] = [];
        page.on("response", (response) => {
          if (response.url() === target) answered.push(response.status());
        });
        const code = `([tag, url]) => new Promise((resolve) => {
        const element = document.createElement(tag);
        element.rel = "stylesheet";
        element[{ link: "href", object: "data" }[tag] ?? "src"] = url;
        element.onerror = () => resolve("refused");
        element.onload = () => resolve("loaded");
        document.body.append(element);
        setTimeout(() => resolve("nothing"), 300);
      })`;
        const outcome = await inPage(code, [tag, target]);
        // A frame is loaded also where it shows that it was refused.
        if (!["iframe", "object", "embed"].includes(tag)) expect(outcome).not.toBe("loaded");
        expect(answered.filter((status) => status !== 403)).toEqual([]);
        expect(await page.evaluate("window.leaked")).toBeUndefined();
        page.removeAllListeners("response");
      }
    },
  );

  it("has no hold of the page that it opens in a window", async () => {
    const [opened] = await Promise.all([
      page.waitForEvent("popup"),
      inPage("(url) => { window.child = window.open(url); }", server.address),
    ]);
    await opened.waitForLoadState();
    expect(await opened.evaluate("window.opener")).toBeNull();
    // For the one who opened it, it is closed.
    await page.waitForFunction("window.child.closed");
    await opened.close();
  });

  it("is not answered under a name that was made to point to this machine", async () => {
    const answers: number[] = [];
    page.on("response", (response) => answers.push(response.status()));
    for (const target of ["", "files.json"]) {
      const address = `http://rebound.example:${server.port}/${TOKEN}/${target}`;
      await page.evaluate(`location.href = ${JSON.stringify(address)}`);
      await expect.poll(() => page.url(), { timeout: 10_000 }).toBe("chrome-error://chromewebdata/");
      await page.goto(other.address);
    }
    expect(answers.filter((status) => status !== 200)).toEqual([403, 403]);
  });

  it("is not told the address of the page, whose requests to it have no referrer", async () => {
    const referrers: (string | undefined)[] = [];
    const origins: (string | undefined)[] = [];
    const asked = createServer(({ headers }, response) => {
      referrers.push(headers.referer);
      origins.push(headers.origin);
      response.setHeader("Access-Control-Allow-Origin", "*").end("answer");
    });
    await new Promise<void>((resolve) => asked.listen(0, "127.0.0.1", resolve));
    const { port } = asked.address() as { port: number }; // it listens on a port
    await page.goto(server.address);
    const code = "async (url) => (await fetch(url)).text()";
    expect(await inPage(code, `http://127.0.0.1:${port}/a.h5`)).toBe("answer");
    asked.close();
    expect(referrers).toEqual([undefined]);
    expect(JSON.stringify(origins)).not.toContain(TOKEN);
  });

  it("but the page itself is shown, where its address is followed from elsewhere", async () => {
    await page.evaluate(`location.href = ${JSON.stringify(server.address)}`);
    await page.waitForURL(server.address);
    expect(await page.locator('meta[name="tvb-files"]').getAttribute("content")).toBe("files.json");
    const code = "async () => (await fetch('files/secret.h5')).text()";
    expect(await inPage(code, null)).toBe(SECRET);
  });
});
