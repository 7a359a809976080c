/** Bytes of a page; a multiple of nothing in particular, but what systems cache and write at a time. */
export const PAGE_BYTES = 4096;

/** Whole pages that follow one another are compared with what is beneath this many at a time. */
const PAGES_AT_ONCE = 64;

interface Page {
  readonly bytes: Uint8Array;
  /** Of the page, the bytes that were written: `from` to `to`. The rest of `bytes` means nothing. */
  from: number;
  to: number;
}

/** Writes that are kept from the file: pages of which one run of bytes each is held. */
export class DirtyPages {
  readonly #pages = new Map<number, Page>();

  /** `readBeneath` gives what lies under the pages. */
  constructor(private readonly readBeneath: (target: Uint8Array, position: number) => void) {}

  get isEmpty(): boolean {
    return this.#pages.size === 0;
  }

  /** What the pages take in memory. */
  get heldBytes(): number {
    return this.#pages.size * PAGE_BYTES;
  }

  write(data: Uint8Array, position: number): void {
    let done = 0;
    while (done < data.length) {
      const number = Math.floor((position + done) / PAGE_BYTES);
      const from = position + done - number * PAGE_BYTES;
      const count = Math.min(PAGE_BYTES - from, data.length - done);
      this.#writePage(number, data.subarray(done, done + count), from);
      done += count;
    }
  }

  #writePage(number: number, data: Uint8Array, from: number): void {
    const to = from + data.length;
    const page = this.#pages.get(number);
    if (page === undefined) {
      const bytes = new Uint8Array(PAGE_BYTES);
      bytes.set(data, from);
      this.#pages.set(number, { bytes, from, to });
      return;
    }
    const start = number * PAGE_BYTES;
    if (from > page.to) this.readBeneath(page.bytes.subarray(page.to, from), start + page.to);
    else if (to < page.from) this.readBeneath(page.bytes.subarray(to, page.from), start + to);
    page.bytes.set(data, from);
    page.from = Math.min(page.from, from);
    page.to = Math.max(page.to, to);
  }

  /** Whether one page holds all of `position` to `position + length`. */
  holds(position: number, length: number): boolean {
    const number = Math.floor(position / PAGE_BYTES);
    const page = this.#pages.get(number);
    const from = position - number * PAGE_BYTES;
    return page !== undefined && page.from <= from && page.to >= from + length;
  }

  /** Puts what is held over `target`, which shows the file from `position` on. */
  overlay(target: Uint8Array, position: number): void {
    const end = position + target.length;
    const first = Math.floor(position / PAGE_BYTES);
    const last = Math.floor((end - 1) / PAGE_BYTES);
    if (last - first < this.#pages.size) {
      for (let number = first; number <= last; number++) {
        const page = this.#pages.get(number);
        if (page !== undefined) copyPage(page, number, target, position);
      }
      return;
    }
    for (const [number, page] of this.#pages)
      if (number >= first && number <= last) copyPage(page, number, target, position);
  }

  /** Forgets everything from `length` on. */
  cut(length: number): void {
    for (const [number, page] of this.#pages) {
      const keep = length - number * PAGE_BYTES;
      if (keep <= page.from) this.#pages.delete(number);
      else page.to = Math.min(page.to, keep);
    }
  }

  /**
   * What is held and differs from what is beneath, by rising position. Whole
   * pages are compared: HDF5 writes a chunk as a whole where one row of it is
   * new. A part of a page costs less to write than to compare.
   */
  *changes(): Generator<{ position: number; data: Uint8Array }> {
    const numbers = [...this.#pages.keys()].sort((a, b) => a - b);
    let beneath: Uint8Array | undefined;
    let compared = 0;
    let comparedEnd = 0;
    for (const [index, number] of numbers.entries()) {
      const page = this.#pages.get(number);
      if (page === undefined) continue;
      if (page.to - page.from < PAGE_BYTES) {
        yield { position: number * PAGE_BYTES + page.from, data: page.bytes.subarray(page.from, page.to) };
        continue;
      }
      if (number >= comparedEnd) {
        compared = number;
        comparedEnd = this.#endOfRun(numbers, index);
        beneath ??= new Uint8Array(PAGES_AT_ONCE * PAGE_BYTES);
        this.readBeneath(beneath.subarray(0, (comparedEnd - compared) * PAGE_BYTES), compared * PAGE_BYTES);
      }
      const at = (number - compared) * PAGE_BYTES;
      const { from, to } = differing(page.bytes, beneath?.subarray(at, at + PAGE_BYTES) ?? page.bytes);
      if (from < to) yield { position: number * PAGE_BYTES + from, data: page.bytes.subarray(from, to) };
    }
  }

  /** The number after the last of the whole pages that follow one another from `index` on. */
  #endOfRun(numbers: readonly number[], index: number): number {
    const first = numbers[index] ?? 0;
    let end = first;
    while (end - first < PAGES_AT_ONCE && numbers[index + end - first] === end) {
      const page = this.#pages.get(end);
      if (page === undefined || page.to - page.from < PAGE_BYTES) break;
      end += 1;
    }
    return end;
  }

  clear(): void {
    this.#pages.clear();
  }
}

function copyPage(page: Page, number: number, target: Uint8Array, position: number): void {
  const start = number * PAGE_BYTES;
  const from = Math.max(start + page.from, position);
  const to = Math.min(start + page.to, position + target.length);
  if (from < to) target.set(page.bytes.subarray(from - start, to - start), from - position);
}

/** The first and the last word in which two pages differ, as a range of bytes; empty where they are the same. */
function differing(a: Uint8Array, b: Uint8Array): { from: number; to: number } {
  const words = PAGE_BYTES / 4;
  const left = new Int32Array(a.buffer, a.byteOffset, words);
  const right = new Int32Array(b.buffer, b.byteOffset, words);
  let from = 0;
  while (from < words && left[from] === right[from]) from += 1;
  let to = words;
  while (to > from && left[to - 1] === right[to - 1]) to -= 1;
  return { from: from * 4, to: to * 4 };
}
