import { elementCount, type NDArray } from "@tvb-storage/core/arrays";

/** What h5web takes as the value of a dataset: one element of a scalar, else all of them in one list, in C order. */
export function h5webValue(array: NDArray, isScalar: boolean): unknown {
  const elements = h5webElements(array);
  return isScalar ? elements[0] : elements;
}

/** Numbers as they are, complex ones as pairs, booleans of one byte each. */
function h5webElements(array: NDArray): ArrayLike<unknown> {
  if (array.dtype !== "complex64" && array.dtype !== "complex128") return array.data;
  const { data } = array;
  return Array.from({ length: data.length / 2 }, (_, at) => [data[2 * at], data[2 * at + 1]]);
}

/** The elements of a compound, each a list of its fields, from the arrays of the fields. */
export function h5webCompounds(fields: readonly (NDArray | string)[], count: number): unknown[][] {
  const columns = fields.map((field) => (typeof field === "string" ? field : cellsOf(field, count)));
  return Array.from({ length: count }, (_, at) =>
    columns.map((column) => (typeof column === "string" ? column : column(at))),
  );
}

/** One element of a field, or the list of those that an array type has. */
function cellsOf(field: NDArray, count: number): (at: number) => unknown {
  const elements = h5webElements(field);
  const each = elementCount(field.shape) / count;
  if (each === 1) return (at) => elements[at];
  return (at) => Array.from({ length: each }, (_, inner) => elements[at * each + inner]);
}

/** An attribute's value, which h5web writes as JSON: plain lists, and booleans as such. */
export function attributeValue(array: NDArray): unknown {
  const elements = Array.from(h5webElements(array), (element) =>
    array.dtype === "bool" ? element === 1 : element,
  );
  return array.shape.length === 0 ? elements[0] : elements;
}
