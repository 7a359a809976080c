import { spawn } from "node:child_process";

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether there is a screen that a browser could open on. */
export function hasScreen(env: Environment): boolean {
  if (process.platform === "darwin" || process.platform === "win32") return true;
  return [env["DISPLAY"], env["WAYLAND_DISPLAY"]].some((display) => display !== undefined && display !== "");
}

/** The system's own program that opens an address, with its arguments; no shell reads them. */
function opener(address: string): [program: string, ...args: string[]] {
  if (process.platform === "darwin") return ["open", address];
  if (process.platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler", address];
  return ["xdg-open", address];
}

/** What ends later has opened one: some openers stay as long as the browser. */
const START_MS = 5000;

/**
 * Opens an address in the user's browser, which goes on when this program ends. Resolves when the opener has ended, and
 * rejects where it could not be started, or failed soon.
 */
export function openInBrowser(address: string): Promise<void> {
  const [program, ...args] = opener(address);
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { detached: true, stdio: "ignore" });
    child.unref();
    child.once("error", reject);
    child.once("exit", (code) => {
      const isFailure = code !== null && code !== 0 && performance.now() - started < START_MS;
      if (isFailure) reject(new Error(`${program} ended with ${code}`));
      else resolve();
    });
  });
}
