import {
  decodeMetadata,
  elementCount,
  type MetadataValue,
  type NDArray,
  TVB_ATTRIBUTE_PREFIX,
} from "@tvb-storage/core/arrays";
import { formatDateTime, isDate } from "@tvb-storage/files/internal";
import type { AttributeValue } from "../../data/data-file.js";

/** An attribute as it is listed. */
export interface DescribedAttribute {
  /** Under which it is stored. */
  readonly name: string;
  /** The name without the prefix `TVB_`. */
  readonly key: string;
  /** `int64`, `string`, `float64, 3 × 4`. */
  readonly type: string;
  readonly value: ShownValue;
}

export type ShownValue =
  | { readonly kind: "text"; readonly text: string; readonly unit?: string }
  /** JSON in a text. */
  | { readonly kind: "structure"; readonly structure: unknown }
  | { readonly kind: "elements"; readonly count: number; readonly element: (index: number) => string }
  /** Its type cannot be represented. */
  | { readonly kind: "unreadable" };

/** The attributes of a node, sorted by key: decoded, or as they are stored. */
export function describeAttributes(
  attributes: ReadonlyMap<string, AttributeValue>,
  { asStored }: { readonly asStored: boolean },
): DescribedAttribute[] {
  const described = [...attributes].map(([name, value]): DescribedAttribute => {
    const key = keyOf(name);
    if ("unreadable" in value) return { name, key, type: value.unreadable, value: { kind: "unreadable" } };
    const { array } = value;
    return { name, key, type: typeOf(array), value: asStored ? stored(array) : decoded(name, array) };
  });
  const sorted = described.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return asStored ? sorted : sorted.map((each) => withUnit(each, sorted));
}

function keyOf(name: string): string {
  const isOurs = name.startsWith(TVB_ATTRIBUTE_PREFIX) && name.length > TVB_ATTRIBUTE_PREFIX.length;
  return isOurs ? name.slice(TVB_ATTRIBUTE_PREFIX.length) : name;
}

function typeOf({ dtype, shape, enumMembers }: NDArray): string {
  const type = enumMembers === undefined ? dtype : `enum of ${dtype}`;
  return shape.length === 0 ? type : `${type}, ${shape.join(" × ")}`;
}

function stored(array: NDArray): ShownValue {
  return array.shape.length === 0
    ? { kind: "text", text: elementText(array, 0, false) }
    : elements(array, false);
}

function decoded(name: string, array: NDArray): ShownValue {
  if (array.shape.length > 0) return elements(array, true);
  const [value]: (MetadataValue | undefined)[] = Object.values(decodeMetadata([[name, array]]));
  if (typeof value === "string") {
    const structure = structureOf(value);
    return structure === undefined ? { kind: "text", text: value } : { kind: "structure", structure };
  }
  if (isDate(value)) return { kind: "text", text: formatDateTime(value) };
  // A number, a boolean; complex numbers and enumerations stay arrays.
  return { kind: "text", text: typeof value === "object" ? elementText(array, 0, true) : String(value) };
}

function elements(array: NDArray, isNamed: boolean): ShownValue {
  const count = elementCount(array.shape);
  return { kind: "elements", count, element: (index) => elementText(array, index, isNamed) };
}

function elementText(array: NDArray, index: number, isNamed: boolean): string {
  const { dtype, data, enumMembers } = array;
  if (dtype === "complex64" || dtype === "complex128") {
    const [real = 0, imaginary = 0] = [data[2 * index], data[2 * index + 1]];
    return `${real}${imaginary < 0 || Object.is(imaginary, -0) ? "-" : "+"}${Math.abs(imaginary)}j`;
  }
  if (dtype === "bool") return data[index] === 0 ? "false" : "true";
  const value = data[index];
  const name =
    isNamed && enumMembers !== undefined
      ? Object.entries(enumMembers).find(([, number]) => number === Number(value))?.[0]
      : undefined;
  return name ?? String(value);
}

/** An object or a list; a number or a word that is JSON by chance is a text. */
function structureOf(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a text that only begins like JSON
  }
}

/** What a dataset's own unit is that of. */
const OF_ELEMENTS = /^(minimum|maximum|mean|median|min|max|valid_min|valid_max|actual_range|valid_range)$/i;

/** `sample_period` is in `sample_period_unit`; statistics of elements are in the `unit` of the node. */
function withUnit(attribute: DescribedAttribute, all: readonly DescribedAttribute[]): DescribedAttribute {
  const { key, type, value } = attribute;
  if (value.kind !== "text" || !/^(u?int|float)\d/.test(type)) return attribute;
  const names = [`${key}_unit`, `${key}_units`, ...(OF_ELEMENTS.test(key) ? ["unit", "units"] : [])];
  const found = all.find(({ key: other }) => names.includes(other.toLowerCase()) || names.includes(other));
  const unit = found?.value.kind === "text" ? found.value.text : "";
  return unit === "" ? attribute : { ...attribute, value: { ...value, unit } };
}
