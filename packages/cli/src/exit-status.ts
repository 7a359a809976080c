/** What the command ends with; the first three are those of `diff`, and of `grep`. */
export const EXIT = {
  /** It did all that it says, and found no difference and no damage. */
  ok: 0,
  /** It did all that it says, and the answer is no: `diff` found a difference, `verify` damage. */
  no: 1,
  /** It failed: a wrong command line, a file that cannot be used, a full disk. What was there is as it was. */
  failed: 2,
  /** Ctrl-C, or SIGTERM: 128 and the number of the signal. */
  interrupted: 130,
  terminated: 143,
  /** The reader of the output went away before its end (`| head`), as SIGPIPE ends other programs. */
  unread: 141,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];
