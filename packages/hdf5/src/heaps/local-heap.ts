import { decodeText } from "@tvb-storage/files";
import type { StructureFile } from "../headers/structure-file.js";

// File Format Specification, "Disk Format: Level 1D - Local Heaps".

/** The names of a symbol-table group, and the values of its soft links. */
export class LocalHeap {
  readonly headerSize: number;
  /** Address and bytes of the data segment. */
  readonly dataAddress: number;
  readonly dataSize: number;
  /** Offset of the first free block in the data segment; 1 for none. */
  readonly freeListHead: number;
  private segment: Uint8Array | undefined;
  private textBytes = 0;

  constructor(
    private readonly file: StructureFile,
    readonly address: number,
  ) {
    this.headerSize = 8 + 2 * file.lengthSize + file.offsetSize;
    const reader = file.read("local heap", address, this.headerSize);
    reader.expectSignature("HEAP");
    reader.expectVersion(0);
    reader.skip(3);
    this.dataSize = reader.length();
    this.freeListHead = reader.uintOrUndefined(file.lengthSize) ?? 1;
    this.dataAddress = reader.definedAddress("its data segment");
    file.check("local heap data segment", this.dataAddress, this.dataSize);
  }

  /** The data segment, read once. */
  get data(): Uint8Array {
    this.segment ??= this.file.bytes("local heap data segment", this.dataAddress, this.dataSize);
    return this.segment;
  }

  /** The bytes at `offset` up to their NUL. */
  bytesAt(offset: number): Uint8Array {
    const end = offset < this.data.length ? this.data.indexOf(0, offset) : -1;
    if (end < 0) {
      throw this.file.damage("local heap", this.address, `it has no text that ends at its byte ${offset}`);
    }
    this.textBytes += end - offset;
    // Texts of a sound heap do not overlap; each is read at most a few times.
    if (this.textBytes > 4 * this.dataSize) {
      throw this.file.damage("local heap", this.address, "the texts in it are longer than the heap");
    }
    return this.data.subarray(offset, end);
  }

  text(offset: number): string {
    return decodeText(this.bytesAt(offset));
  }

  /** How `name` compares with the text at `offset`, in the order of strcmp. */
  compare(name: Uint8Array, offset: number): number {
    const { data } = this;
    if (offset >= data.length) {
      throw this.file.damage("local heap", this.address, `it has no byte ${offset}`);
    }
    for (let index = 0; index < name.length; index += 1) {
      const difference = (name[index] ?? 0) - (data[offset + index] ?? 0);
      if (difference !== 0) return difference;
    }
    return -(data[offset + name.length] ?? 0);
  }
}
