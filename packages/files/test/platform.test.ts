import { spawn } from "node:child_process";
import { once } from "node:events";
import { hostname } from "node:os";
import { describe, expect, it, vi } from "vitest";
import { itWith, linux } from "../../../test/support/judges.js";
import * as browser from "../src/platform.browser.js";
import * as node from "../src/platform.node.js";

describe("the platform", () => {
  it("has the same names in Node and in a browser", () => {
    expect(Object.keys(browser).sort()).toEqual(Object.keys(node).sort());
  });

  it("identifies this process", () => {
    expect(node.thisProcess()).toMatchObject({ host: hostname(), pid: process.pid });
  });

  it("does not ask who this process is until it must: Deno wants a permission for it", async () => {
    const asked = vi.fn(hostname);
    vi.doMock("node:os", () => ({ hostname: asked }));
    vi.resetModules();
    const fresh = await import("../src/platform.node.js");
    vi.doUnmock("node:os");
    expect(asked).not.toHaveBeenCalled();
    fresh.thisProcess();
    fresh.thisProcess();
    expect(asked).toHaveBeenCalledOnce();
  });

  it("recognizes living processes", async () => {
    expect(node.isAlive(process.pid)).toBe(true);
    const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
    await once(child, "exit");
    expect(node.isAlive(child.pid ?? expect.unreachable())).toBe(false);
  });

  itWith(linux)("distinguishes a process from a later one with the same number", () => {
    expect(node.thisProcess().started).toMatch(/^\d+$/);
    expect(node.thisProcess().namespace).toMatch(/^pid:\[\d+\]$/);
    expect(node.isAlive(process.pid, node.thisProcess().started)).toBe(true);
    expect(node.isAlive(process.pid, "1")).toBe(false);
  });

  itWith(linux)("does not report a zombie process as alive", async () => {
    // The shell's child ends at once; `exec` puts a program in the shell's place that never waits for it.
    const parent = spawn("sh", ["-c", "true & echo $!; exec sleep 30"]);
    try {
      const [line] = await once(parent.stdout, "data");
      const child = Number(String(line));
      await expect.poll(() => node.isAlive(child)).toBe(false);
      expect(node.isAlive(parent.pid ?? expect.unreachable())).toBe(true);
    } finally {
      parent.kill("SIGKILL");
    }
  });
});
