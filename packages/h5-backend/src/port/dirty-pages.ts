/** Bytes of a page; a multiple of nothing in particular, but what systems cache and write at a time. */
export const PAGE_BYTES = 4096;

interface Page {
  readonly bytes: Uint8Array;
  /** Of the page, the bytes that were written: `from` to `to`. The rest of `bytes` means nothing. */
  from: number;
  to: number;
}

/** Writes that are kept from the file: pages of which one run of bytes each is held. */
export class DirtyPages {
  readonly #pages = new Map<number, Page>();

  /** `readBeneath` gives what lies under the pages, to close the gap between two writes to one page. */
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

  /** What is held, by rising position. */
  *inOrder(): Generator<{ position: number; data: Uint8Array }> {
    for (const number of [...this.#pages.keys()].sort((a, b) => a - b)) {
      const page = this.#pages.get(number);
      if (page !== undefined)
        yield { position: number * PAGE_BYTES + page.from, data: page.bytes.subarray(page.from, page.to) };
    }
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
