import { afterEach, expect, it, vi } from "vitest";
import { pageFetch } from "../src/data/page-fetch.js";

afterEach(() => vi.unstubAllGlobals());

const failure = async (address: string, error: Error): Promise<unknown> => {
  vi.stubGlobal("location", { href: "http://host/page/", origin: "http://host" });
  vi.stubGlobal("fetch", () => Promise.reject(error));
  return pageFetch(address, { headers: {}, cache: "no-store" }).catch((reason: unknown) => reason);
};

it("says of another origin what a page is not told, and what to do", async () => {
  const error = new TypeError("Failed to fetch");
  expect(String(await failure("https://other/x.h5", error))).toBe(
    "TypeError: Failed to fetch: it is not there, or it does not let pages of others read its files (CORS); a file that you can download can be opened from the disk",
  );
  expect(await failure("http://host/x.h5", error)).toBe(error);
  expect(await failure("x.h5", error)).toBe(error);
  const cancelled = new DOMException("cancelled", "AbortError");
  expect(await failure("https://other/x.h5", cancelled)).toBe(cancelled);
});
