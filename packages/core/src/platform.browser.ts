import type { FileSystem } from "./file-system.js";
import type { FolderFlags, ProcessIdentity } from "./platform.node.js";

// Stands in for `platform.node.ts` in a browser.

export type { FolderFlags, ProcessIdentity };

export const disk: FileSystem | undefined = undefined;

export const isWindows = false;

export const openFilesFolder = "";

export const folderFlags: FolderFlags | undefined = undefined;

export function currentFolder(): string {
  return "";
}

/** No other process can reach a browser's memory, so one name serves for all. */
export function thisProcess(): ProcessIdentity {
  return { host: "browser", pid: 0, thread: 0 };
}

export function livenessOf(
  _process: Pick<ProcessIdentity, "pid" | "started" | "task">,
): "alive" | "dead" | "unknown" {
  return "unknown";
}

export function isAlive(_pid: number, _started?: string): boolean {
  return true;
}
