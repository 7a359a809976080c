import { ByteList } from "../bytes/byte-list.js";
import { bytesFor } from "../datatypes/datatype-message.js";
import type { StructureFile } from "../headers/structure-file.js";

// File Format Specification, "Disk Format: Level 1H - Free-space Manager": the free space of one fractal heap.

/** Free space within a direct block, in the heap's own address space. */
export interface Section {
  readonly offset: number;
  readonly size: number;
}

/** Another section: blocks that are not allocated. It is kept as it is. */
interface OtherSection extends Section {
  readonly type: number;
  readonly data: Uint8Array;
}

const SINGLE = 0;
const FIRST_ROW = 1;
/** HDF5's values for fractal heaps: classes of sections, and when the list on the disk is made shorter or longer. */
const CLASSES = 4;
const SHRINK_PERCENT = 80;
const EXPAND_PERCENT = 120;

/** What the encoding depends on. */
export interface SectionSpace {
  /** log2 of the size of the heap's address space. */
  readonly offsetBits: number;
  readonly largestSection: number;
  /** Bytes of offsets in the heap. */
  readonly offsetSize: number;
}

/** The sections of free space of a fractal heap, read and written as a whole. */
export class FreeSpaceSections {
  readonly #file: StructureFile;
  readonly #space: SectionSpace;
  /** By rising size, as HDF5 writes them, and then by offset. */
  readonly #singles: Section[] = [];
  readonly #others: OtherSection[] = [];
  /** Sections that HDF5 makes of others when it reads them, and does not write. */
  #ghosts = 0;
  #address: number | undefined;
  #list: { readonly address: number; readonly size: number } | undefined;

  private constructor(file: StructureFile, space: SectionSpace) {
    this.#file = file;
    this.#space = space;
  }

  /** The sections in the manager at `address`; none where it is undefined. Undefined where some are of a kind that HDF5 alone knows. */
  static read(
    file: StructureFile,
    address: number | undefined,
    space: SectionSpace,
  ): FreeSpaceSections | undefined {
    const sections = new FreeSpaceSections(file, space);
    return address === undefined || sections.#read(address) ? sections : undefined;
  }

  #read(address: number): boolean {
    const file = this.#file;
    const reader = file.readChecked("free-space manager", address, managerSize(file));
    reader.expectSignature("FSHD");
    reader.expectVersion(0);
    reader.skip(1 + file.lengthSize); // client, total space
    const total = reader.length();
    const serialized = reader.length();
    this.#ghosts = reader.length();
    reader.skip(2 + 2 + 2 + 2 + file.lengthSize); // classes, percentages, address space, largest section
    const listAddress = reader.fileAddress();
    const used = reader.length();
    const allocated = reader.length();
    this.#address = address;
    if (listAddress === undefined) return total === 0;
    this.#list = { address: listAddress, size: allocated };
    return this.#readList(listAddress, used, serialized);
  }

  #readList(address: number, used: number, serialized: number): boolean {
    const { offsetSize } = this.#space;
    const reader = this.#file.readChecked("free-space section list", address, used);
    reader.expectSignature("FSSE");
    reader.expectVersion(0);
    reader.skip(this.#file.offsetSize);
    const countSize = bytesFor(serialized);
    for (let left = serialized; left > 0; ) {
      const count = reader.plainUint(countSize);
      const size = reader.plainUint(this.#sizeBytes);
      if (count === 0 || count > left) throw reader.damage(`${count} sections of one size, of ${left}`);
      left -= count;
      for (let index = 0; index < count; index += 1) {
        const offset = reader.plainUint(offsetSize);
        const type = reader.u8();
        if (type === SINGLE) this.#singles.push({ offset, size });
        else if (type === FIRST_ROW)
          this.#others.push({ offset, size, type, data: reader.take(offsetSize + 2 + 2 + 2).slice() });
        else return false;
      }
    }
    return true;
  }

  get #sizeBytes(): number {
    return Math.floor(Math.log2(this.#space.largestSection) / 8) + 1;
  }

  /** Takes `size` bytes of the smallest section that has them, and returns their offset in the heap. */
  take(size: number): number | undefined {
    const index = this.#singles.findIndex((section) => section.size >= size);
    const section = this.#singles[index];
    if (section === undefined) return undefined;
    this.#singles.splice(index, 1);
    this.add({ offset: section.offset + size, size: section.size - size });
    return section.offset;
  }

  /** Adds free space, joined with what touches it; in different blocks none does. */
  add({ offset, size }: Section): void {
    if (size === 0) return;
    let section = { offset, size };
    for (let index = this.#singles.length - 1; index >= 0; index -= 1) {
      const other = this.#singles[index];
      if (other === undefined) continue;
      if (other.offset + other.size !== section.offset && section.offset + section.size !== other.offset)
        continue;
      section = { offset: Math.min(other.offset, section.offset), size: other.size + section.size };
      this.#singles.splice(index, 1);
    }
    const index = this.#singles.findIndex(
      (other) => other.size > section.size || (other.size === section.size && other.offset > section.offset),
    );
    this.#singles.splice(index < 0 ? this.#singles.length : index, 0, section);
  }

  /** Writes them; returns the address of the manager, undefined where nothing is free. */
  save(): number | undefined {
    const file = this.#file;
    const all = [
      ...this.#singles.map((section) => ({ ...section, type: SINGLE, data: NOTHING })),
      ...this.#others,
    ];
    all.sort((left, right) => left.size - right.size || left.offset - right.offset);
    if (all.length === 0) {
      this.#release();
      return undefined;
    }
    this.#address ??= file.space.allocate(managerSize(file));
    const list = this.#encodeList(all);
    // HDF5 refuses a list that has more room than it uses.
    if (list.length !== this.#list?.size) {
      if (this.#list !== undefined) file.space.release([this.#list]);
      this.#list = { address: file.space.allocate(list.length), size: list.length };
    }
    file.writeChecked(this.#list.address, list);
    file.writeChecked(this.#address, this.#encodeHeader(all, this.#list, list.length));
    return this.#address;
  }

  #release(): void {
    const file = this.#file;
    if (this.#address !== undefined)
      file.space.release([{ address: this.#address, size: managerSize(file) }]);
    if (this.#list !== undefined) file.space.release([this.#list]);
    this.#address = undefined;
    this.#list = undefined;
  }

  #encodeList(all: readonly OtherSection[]): Uint8Array {
    const file = this.#file;
    const { offsetSize } = this.#space;
    const list = new ByteList().put(encoder.encode("FSSE")).u8(0).uint(this.#address, file.offsetSize);
    const countSize = bytesFor(all.length);
    for (let start = 0; start < all.length; ) {
      const size = all[start]?.size ?? 0;
      let end = start;
      while (all[end]?.size === size) end += 1;
      list.uint(end - start, countSize).uint(size, this.#sizeBytes);
      for (const { offset, type, data } of all.slice(start, end))
        list.uint(offset, offsetSize).u8(type).put(data);
      start = end;
    }
    return list.u32(0).bytes;
  }

  #encodeHeader(
    all: readonly Section[],
    { address, size }: { readonly address: number; readonly size: number },
    used: number,
  ): Uint8Array {
    const { lengthSize, offsetSize } = this.#file;
    const { offsetBits, largestSection } = this.#space;
    const total = all.reduce((sum, section) => sum + section.size, 0);
    const list = new ByteList().put(encoder.encode("FSHD")).u8(0).u8(0).uint(total, lengthSize);
    list
      .uint(all.length + this.#ghosts, lengthSize)
      .uint(all.length, lengthSize)
      .uint(this.#ghosts, lengthSize);
    list
      .u16(CLASSES)
      .u16(SHRINK_PERCENT)
      .u16(EXPAND_PERCENT)
      .u16(offsetBits)
      .uint(largestSection, lengthSize);
    list.uint(address, offsetSize).uint(used, lengthSize).uint(size, lengthSize);
    return list.u32(0).bytes;
  }
}

const NOTHING = /* @__PURE__ */ new Uint8Array();
const encoder = /* @__PURE__ */ new TextEncoder();

function managerSize(file: StructureFile): number {
  return 18 + 7 * file.lengthSize + file.offsetSize;
}
