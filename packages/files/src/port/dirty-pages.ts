/** The unit in which systems cache and write. */
export const PAGE_BYTES = 4096;
/** Writes of at least this many pages are compared with the file, this many at a time. */
const COMPARED_PAGES = 16;
const COMPARED_BYTES = COMPARED_PAGES * PAGE_BYTES;
/** The rest is compared too only if at least this part of what was just compared is unchanged. */
const MIN_SAVED = 1 / 16;

const WORD_BYTES = 4;
const NOTHING = /* @__PURE__ */ new Uint8Array();

interface Page {
  readonly bytes: Uint8Array;
  /** The bytes that were written: `from` to `to`. The rest of `bytes` is not used. */
  from: number;
  to: number;
}

/** Pages to be used again, since allocating one takes longer than filling it. */
const spare: Uint8Array[] = [];
const MAX_SPARE = 1024;

function takeSpare(): Uint8Array {
  return spare.pop() ?? new Uint8Array(PAGE_BYTES);
}

function giveSpare(bytes: Uint8Array): void {
  if (spare.length < MAX_SPARE) spare.push(bytes);
}

/** Writes that are not in the file yet: pages, each with one run of new bytes. */
export class DirtyPages {
  readonly #pages = new Map<number, Page>();

  /** `readBeneath` reads what the pages replace. */
  constructor(private readonly readBeneath: (target: Uint8Array, position: number) => void) {}

  get isEmpty(): boolean {
    return this.#pages.size === 0;
  }

  /** What the pages take in memory. */
  get memoryBytes(): number {
    return this.#pages.size * PAGE_BYTES;
  }

  /**
   * Of a long write only the pages are stored that differ from the file: HDF5
   * writes a whole chunk where one row of it is new. A short write costs less to
   * store than to compare, and so does one whose beginning is all new.
   */
  write(data: Uint8Array, position: number): void {
    const isCompared = data.length >= COMPARED_BYTES;
    let comparison = isCompared ? new Uint8Array(COMPARED_BYTES + WORD_BYTES) : undefined;
    /** Bytes compared since `beneath` was read, and those of them that need not be stored. */
    let checked = 0;
    let saved = 0;
    let beneath = NOTHING;
    let compared = 0;
    let done = 0;
    while (done < data.length) {
      const at = position + done;
      const number = Math.floor(at / PAGE_BYTES);
      const from = at - number * PAGE_BYTES;
      const piece = data.subarray(done, done + Math.min(PAGE_BYTES - from, data.length - done));
      done += piece.length;
      if (comparison === undefined || piece.length < PAGE_BYTES || this.#pages.has(number)) {
        this.#writePage(number, piece, from);
        continue;
      }
      if (at >= compared + beneath.length) {
        if (saved < checked * MIN_SAVED) {
          comparison = undefined;
          this.#writePage(number, piece, from);
          continue;
        }
        checked = 0;
        saved = 0;
        const whole = Math.floor((position + data.length - at) / PAGE_BYTES);
        // At the same offset within a word as `data`, so that both can be compared by words.
        const shift = piece.byteOffset % WORD_BYTES;
        beneath = comparison.subarray(shift, shift + Math.min(whole, COMPARED_PAGES) * PAGE_BYTES);
        compared = at;
        this.readBeneath(beneath, compared);
      }
      const change = differing(piece, beneath.subarray(at - compared, at - compared + PAGE_BYTES));
      checked += PAGE_BYTES;
      saved += PAGE_BYTES - Math.max(0, change.to - change.from);
      if (change.from < change.to)
        this.#writePage(number, piece.subarray(change.from, change.to), change.from);
    }
  }

  #writePage(number: number, data: Uint8Array, from: number): void {
    const to = from + data.length;
    const page = this.#pages.get(number);
    if (page === undefined) {
      const bytes = takeSpare();
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

  /** Puts the pages over `target`, which has the bytes of the file from `position` on. */
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

  /** Drops everything from `length` on. */
  cut(length: number): void {
    for (const [number, page] of this.#pages) {
      const keep = length - number * PAGE_BYTES;
      if (keep <= page.from) this.#pages.delete(number);
      else page.to = Math.min(page.to, keep);
    }
  }

  /** The written bytes, by rising position; valid until `clear`. */
  *inOrder(): Generator<{ position: number; data: Uint8Array }> {
    for (const number of [...this.#pages.keys()].sort((a, b) => a - b)) {
      const page = this.#pages.get(number);
      if (page !== undefined)
        yield { position: number * PAGE_BYTES + page.from, data: page.bytes.subarray(page.from, page.to) };
    }
  }

  clear(): void {
    for (const { bytes } of this.#pages.values()) giveSpare(bytes);
    this.#pages.clear();
  }
}

function copyPage(page: Page, number: number, target: Uint8Array, position: number): void {
  const start = number * PAGE_BYTES;
  const from = Math.max(start + page.from, position);
  const to = Math.min(start + page.to, position + target.length);
  if (from < to) target.set(page.bytes.subarray(from - start, to - start), from - position);
}

/**
 * The range of bytes outside of which two pages are equal; empty where all is. Both begin at the same offset within
 * a word of memory.
 */
function differing(a: Uint8Array, b: Uint8Array): { from: number; to: number } {
  const start = (WORD_BYTES - (a.byteOffset % WORD_BYTES)) % WORD_BYTES;
  const words = Math.floor((PAGE_BYTES - start) / WORD_BYTES);
  const end = start + words * WORD_BYTES;
  const left = new Int32Array(a.buffer, a.byteOffset + start, words);
  const right = new Int32Array(b.buffer, b.byteOffset + start, words);
  let first = 0;
  while (first < words && left[first] === right[first]) first += 1;
  let last = words;
  while (last > first && left[last - 1] === right[last - 1]) last -= 1;
  let from = first < last ? start + first * WORD_BYTES : PAGE_BYTES;
  let to = first < last ? start + last * WORD_BYTES : 0;
  // And the bytes before the first and after the last whole word.
  for (let index = start - 1; index >= 0; index--) {
    if (a[index] === b[index]) continue;
    from = index;
    to = Math.max(to, start);
  }
  for (let index = end; index < PAGE_BYTES; index++) {
    if (a[index] === b[index]) continue;
    from = Math.min(from, index);
    to = index + 1;
  }
  return { from, to };
}
