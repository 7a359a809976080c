import { DirtyPages } from "./dirty-pages.js";
import { ExtentMap } from "./extent-map.js";
import type { JournalWriter } from "./journal-writer.js";

/**
 * What a transaction writes below its committed length: dirty pages in memory
 * and, when they become many, in the journal, which is not complete yet.
 */
export class WriteBuffer {
  readonly #pages: DirtyPages;
  /** Where in the journal the bytes are that are no longer in memory. */
  readonly #spilled = new ExtentMap();
  #journal: JournalWriter | undefined;

  /** `readCommitted` reads the file as of the last commit. Beyond `maxBytes` pages go to the journal. */
  constructor(
    private readonly startJournal: () => JournalWriter,
    private readonly readCommitted: (target: Uint8Array, position: number) => number,
    private readonly maxBytes: number,
  ) {
    this.#pages = new DirtyPages((target, position) => this.#readBeneath(target, position));
  }

  get isEmpty(): boolean {
    return this.#pages.isEmpty && this.#spilled.isEmpty;
  }

  /** The journal, once something is in it. */
  get journal(): JournalWriter | undefined {
    return this.#journal;
  }

  /** Fills `target` with the committed file and the buffered writes over it; zeros where there is neither. */
  read(target: Uint8Array, position: number): void {
    if (!this.#pages.holds(position, target.length)) this.#readBeneath(target, position);
    if (!this.#pages.isEmpty) this.#pages.overlay(target, position);
  }

  #readBeneath(target: Uint8Array, position: number): void {
    const count = this.readCommitted(target, position);
    target.fill(0, count);
    if (this.#spilled.isEmpty) return;
    this.#spilled.visit(position, position + target.length, (from, to, at) => {
      this.#journal?.read(target.subarray(from - position, to - position), at);
    });
  }

  write(data: Uint8Array, position: number): void {
    this.#pages.write(data, position);
    if (this.#pages.memoryBytes > this.maxBytes) this.#spill();
  }

  writeZeros(position: number, end: number): void {
    const zeros = new Uint8Array(Math.min(end - position, this.maxBytes));
    for (let at = position; at < end; at += zeros.length) this.write(zeros.subarray(0, end - at), at);
  }

  /** Drops everything from `length` on. */
  cut(length: number): void {
    this.#pages.cut(length);
    this.#spilled.cut(length);
  }

  #spill(): void {
    const placed: { start: number; end: number; at: number }[] = [];
    const journal = this.#appendPages((start, end, at) => placed.push({ start, end, at }));
    journal.flush();
    // Only now can they be read back.
    for (const { start, end, at } of placed) this.#spilled.set(start, end, at);
    this.#pages.clear();
  }

  /** Writes all that is buffered to the journal, which then lacks only its record. */
  toJournal(): JournalWriter {
    return this.#appendPages(() => undefined);
  }

  #appendPages(placed: (start: number, end: number, at: number) => void): JournalWriter {
    this.#journal ??= this.startJournal();
    for (const { position, data } of this.#pages.inOrder())
      placed(position, position + data.length, this.#journal.append(position, data));
    return this.#journal;
  }

  /** Frees its memory; it must not be used afterwards. */
  dispose(): void {
    this.#pages.clear();
    this.#journal?.dispose();
  }
}
