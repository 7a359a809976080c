/** Counts lines and columns, from 1, in characters, as editors do. */
export class XmlPosition {
  line = 1;
  column = 1;
  #afterReturn = false;

  advance(text: string): void {
    for (const character of text) {
      if (character === "\n" && this.#afterReturn) {
        this.#afterReturn = false;
        continue;
      }
      this.#afterReturn = character === "\r";
      if (character === "\n" || character === "\r") {
        this.line += 1;
        this.column = 1;
      } else this.column += 1;
    }
  }

  toString(): string {
    return `line ${this.line}, column ${this.column}`;
  }
}
