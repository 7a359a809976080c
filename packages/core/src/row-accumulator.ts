import { concatenate, takeSteps } from "./concatenate.js";
import { allocate, type DataMap, type DataType, entriesPerElement } from "./data-type.js";
import { copyArray } from "./ndarray.js";
import type { NDArray } from "./ndarray-type.js";
import { elementCount } from "./shape.js";

/** A container that grows by doubling; only its first `used` entries count. */
interface Packed {
  data: Exclude<DataMap[DataType], string[]>;
  used: number;
}

/**
 * Rows of one type that follow each other along an axis, as copies of what was
 * added. Numbers along the outermost axis are packed when they are added, so that
 * adding a row and reading all rows cost one copy at most.
 */
export class RowAccumulator {
  /** Type and shape of what was added first. */
  readonly #first: NDArray;
  readonly #axis: number;
  readonly #packed: Packed | undefined;
  #blocks: NDArray[] = [];
  /** Expected bytes of all rows, once there are more than a few. */
  readonly #expectedBytes: number;
  #growths = 0;
  /** Steps along the axis. */
  length: number;

  /** `owned`: the memory of `given` is not used elsewhere, so it is not copied. */
  constructor(given: NDArray, axis: number, expectedBytes = 0, owned = false) {
    // With its shape, which the caller may change too.
    const first = owned ? given : copyArray(given);
    this.#first = first;
    this.#axis = axis;
    this.#expectedBytes = expectedBytes;
    this.length = first.shape[axis] ?? 0;
    const { data } = first;
    const outermost = elementCount(first.shape.slice(0, axis)) === 1;
    if (outermost && !Array.isArray(data)) this.#packed = { data, used: data.length };
    else this.#blocks.push(first);
  }

  get dtype(): DataType {
    return this.#first.dtype;
  }

  /** Shape of the first rows; the others differ along the axis only. */
  get shape(): readonly number[] {
    return this.#first.shape;
  }

  add(rows: NDArray): void {
    this.length += rows.shape[this.#axis] ?? 0;
    const packed = this.#packed;
    if (packed === undefined || Array.isArray(rows.data)) {
      this.#blocks.push(copyArray(rows));
      return;
    }
    const end = packed.used + rows.data.length;
    if (end > packed.data.length) {
      // A second row may be the last; from the third on, space for all expected rows is allocated.
      this.#growths += 1;
      const expected =
        this.#growths > 1 ? this.#expectedBytes / packed.data.BYTES_PER_ELEMENT + rows.data.length : 0;
      const entries = Math.ceil(Math.max(end, 2 * packed.data.length, expected));
      const elements = Math.ceil(entries / entriesPerElement(rows.dtype));
      const grown = allocate(rows.dtype, elements) as Packed["data"]; // not strings
      grown.set(packed.data.subarray(0, packed.used) as never); // both are the container of one type
      packed.data = grown;
    }
    packed.data.set(rows.data as never, packed.used); // rows are of the type of the first
    packed.used = end;
  }

  /** All rows as one array, which shares memory with this object. */
  get rows(): NDArray {
    const { dtype, shape } = this.#first;
    const packed = this.#packed;
    if (packed !== undefined) {
      const whole = shape.map((size, axis) => (axis === this.#axis ? this.length : size));
      return { dtype, shape: whole, data: packed.data.subarray(0, packed.used) } as NDArray; // the container of its type
    }
    if (this.#blocks.length > 1) this.#blocks = [concatenate(this.#blocks, this.#axis)];
    return this.#blocks[0] ?? this.#first;
  }

  /** The rows from `start` on, as a new accumulator; undefined where there are none. */
  from(start: number): RowAccumulator | undefined {
    if (start >= this.length) return undefined;
    const rest = takeSteps(this.rows, this.#axis, start, this.length - start);
    return new RowAccumulator(rest, this.#axis, this.#expectedBytes);
  }
}
