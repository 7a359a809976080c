import type { BackendOptions, StorageManager } from "@tvb-storage/core";
import type { Backends } from "./backends.js";
import type { ExitStatus } from "./exit-status.js";
import type { Colours } from "./terminal/colours.js";
import type { Terminal } from "./terminal/terminal.js";

/** What every command gets, whatever it does. */
export interface Context {
  readonly terminal: Terminal;
  /** Of stdout; plain where it is no terminal. */
  readonly colours: Colours;
  readonly backends: Backends;
  /** `--dry-run`: says what would be done, and changes nothing. False for commands without the option (`withDryRun`). */
  readonly dryRun: boolean;
  readonly verbose: boolean;
  /** Ends with this status where nothing fails; `EXIT.ok` unless a command says otherwise. */
  answer(status: ExitStatus): void;
  /** Writes a line to stdout. Texts from files go through `printable` first. */
  print(line: string): Promise<void>;
  /** Writes a line to stderr that is no result: a warning, a note. */
  note(line: string): Promise<void>;
}

/** The manager of what is at a path, for as long as `work` takes; `options` are its backend's. */
export async function withStorage<T>(
  { backends }: Context,
  path: string,
  work: (manager: StorageManager) => Promise<T>,
  options?: BackendOptions,
): Promise<T> {
  const manager = (await backends.at(path)).open(path, options);
  try {
    return await work(manager);
  } finally {
    await manager.closeFile();
  }
}
