/** One deliberate mistake: in the source `file`, `from` becomes `to`. */
export interface Variant {
  /** Completes "A backend that ...". */
  readonly wrong: string;
  /** Below `packages/`. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly from: string;
  readonly to: string;
  /** Matches the method, option or value that the mistake concerns, as a failing call or rule names it. */
  readonly uses: RegExp;
}
