/** A stream that a command writes to. */
export interface Output {
  readonly isTerminal: boolean;
  /** Columns of the terminal; undefined where it is none, and nothing is cut. */
  readonly columns: number | undefined;
  /** Resolves when more may be written, so that nothing piles up in memory before a slow reader. */
  write(text: string | Uint8Array): Promise<void>;
}

/** All that a command has of the world, but its files. */
export interface Terminal {
  /** `write` rejects with `ClosedOutput` where its reader is gone, and when the signal is aborted. */
  readonly stdout: Output;
  /** `write` does not reject where the reader is gone: what is said here is no result. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C and SIGTERM; its reason is the name of the signal. */
  readonly signal: AbortSignal;
}

/** Where nobody reads any more (`| head`): the command ends, quietly. */
export class ClosedOutput extends Error {
  override readonly name = "ClosedOutput";
}
