import { spawn } from "node:child_process";
import { once } from "node:events";
import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import * as browser from "../src/platform.browser.js";
import * as node from "../src/platform.node.js";

describe("the platform", () => {
  it("has the same names in Node and in a browser", () => {
    expect(Object.keys(browser).sort()).toEqual(Object.keys(node).sort());
  });

  it("tells who this process is", () => {
    expect(node.self).toMatchObject({ host: hostname(), pid: process.pid });
  });

  it("knows which processes are alive", async () => {
    expect(node.isAlive(process.pid)).toBe(true);
    const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
    await once(child, "exit");
    expect(node.isAlive(child.pid ?? expect.unreachable())).toBe(false);
  });
});
