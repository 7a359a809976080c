import type { FileSystem } from "./file-system.js";
import type { EndHandlers, FileNumbers, FileWriters, FolderFlags, ProcessIdentity } from "./platform.node.js";

// Replaces `platform.node.ts` in a browser.

export type { EndHandlers, FileNumbers, FileWriters, FolderFlags, ProcessIdentity };

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

export function lockTable(): string | undefined {
  return undefined;
}

export function lockTableSoon(): Promise<void> | undefined {
  return undefined;
}

export function processName(_pid: number): string | undefined {
  return undefined;
}

export function hasOpen(
  _pid: number | string,
  _file: FileNumbers,
  _options: { forWriting: boolean },
): boolean | undefined {
  return undefined;
}

export function writersOf(_path: string): FileWriters {
  return { pids: [], doubt: "a browser does not tell who has a file open" };
}

/** A browser closes a page without notice. */
export function onProcessEnd(_handlers: EndHandlers): void {}

export function failAtEnd(_message: string): void {}
