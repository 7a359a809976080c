/** A change of a source. */
interface Edit {
  /** Occurs once in the file. */
  readonly from: string;
  readonly to: string;
}

/** A source that is edited. */
export interface EditedFile extends Edit {
  /** From `packages/` on. */
  readonly file: string;
  /** A second edit, where one is not enough. */
  readonly also?: Edit;
}

/** A deliberately wrong backend: one of its sources, or of those that it uses, is edited. */
export interface Variant extends EditedFile {
  /** What is wrong with it, as a user would report it: continues "a backend that". */
  readonly wrong: string;
  /**
   * What the edit changes, as a failing step names it. A rule that fails for another reason does not catch the variant:
   * the pattern must match the rule with its error, or the last call of a sequence of the model.
   */
  readonly uses: RegExp;
  /** Why no rule can catch it; a variant with a reason that is caught is an error. */
  readonly survives?: string;
}
