/** Items that are printed at each end of an axis that is cut short. */
export const EDGE_ITEMS = 3;

/** Whether only the ends of an axis are printed. */
export function isCut(length: number): boolean {
  return length > 2 * EDGE_ITEMS;
}

/** The words of an array's elements, which come in C order, laid out as numpy does: brackets, lines, `...`. */
export class ArrayText {
  readonly #shown: readonly number[];
  readonly #index: number[];
  /** Spaces before the elements of a row. */
  readonly #indent: string;
  #line = "";
  #lineLength = 0;

  /**
   * @param cut Axes of more than six items have three at each end, and `...` between.
   * @param write Takes the text, line by line.
   */
  constructor(
    private readonly shape: readonly number[],
    private readonly options: { readonly width: number; readonly cut: boolean },
    private readonly write: (text: string) => void,
  ) {
    this.#shown = shape.map((length) => (options.cut && isCut(length) ? 2 * EDGE_ITEMS : length));
    this.#index = shape.map(() => 0);
    this.#indent = " ".repeat(shape.length);
  }

  add(word: string): void {
    const axes = this.shape.length;
    const last = axes - 1;
    if (this.#index[last] === 0) this.#openRow();
    else this.#append(" ");
    if (this.#isAfterGap(last)) {
      this.#addWord("...");
      this.#append(" ");
    }
    this.#addWord(word);
    this.#next();
  }

  #isAfterGap(axis: number): boolean {
    return this.options.cut && isCut(this.shape[axis] ?? 0) && this.#index[axis] === EDGE_ITEMS;
  }

  /** The brackets that open before a row: one more for each axis that is at its start. */
  #openRow(): void {
    let opened = 1;
    while (opened < this.shape.length && this.#index[this.shape.length - 1 - opened] === 0) opened++;
    const first = this.shape.length - opened;
    const axis = first - 1;
    if (axis >= 0 && this.#isAfterGap(axis)) {
      this.write(`${" ".repeat(axis + 1)}...`);
      this.#newLines(axis);
    }
    this.#line = " ".repeat(first) + "[".repeat(opened);
    this.#lineLength = this.shape.length;
  }

  #newLines(axis: number): void {
    this.write("\n".repeat(this.shape.length - 1 - axis));
  }

  /** Code points count, as in Python. */
  #addWord(word: string): void {
    const length = /[\ud800-\udbff]/.test(word) ? [...word].length : word.length;
    const room = this.options.width - this.shape.length;
    if (this.#lineLength + length > room && this.#lineLength > this.#indent.length) {
      this.write(`${this.#line.trimEnd()}\n`);
      this.#line = this.#indent;
      this.#lineLength = this.#indent.length;
    }
    this.#line += word;
    this.#lineLength += length;
  }

  #append(separator: string): void {
    this.#line += separator;
    this.#lineLength += separator.length;
  }

  #next(): void {
    let axis = this.shape.length - 1;
    let closed = 0;
    while (axis >= 0) {
      const next = (this.#index[axis] ?? 0) + 1;
      this.#index[axis] = next;
      if (next < (this.#shown[axis] ?? 0)) break;
      this.#index[axis] = 0;
      closed++;
      axis--;
    }
    if (closed === 0) return;
    this.write(this.#line + "]".repeat(closed));
    if (axis >= 0) this.#newLines(axis);
    else this.write("\n");
  }
}
