import {
  type BooleanType,
  type ComplexType,
  type DType,
  DTypeClass,
  type FloatType,
  type IntegerType,
  parseShape,
  type Shape,
} from "@h5web/app";
import { type DataType, isDataType, type NDArray } from "@tvb-storage/core/arrays";
import type { TypeInfo } from "@tvb-storage/hdf5";

/** The order of bytes: what is read has that of the machine, and h5web does not ask. */
const ORDER = undefined;

/** The type of elements as h5web knows it. What cannot be read is of an unknown type, reading it says why. */
export function h5webType(
  { dtype, storedType, enumMembers, fields }: TypeInfo,
  stringLength?: number,
): DType {
  if (fields !== undefined)
    return {
      class: DTypeClass.Compound,
      fields: new Map(fields.map((field) => [field.name, fieldType(field)])),
    };
  if (!isDataType(dtype)) return { class: DTypeClass.Unknown };
  if (enumMembers !== undefined) {
    const base = plainType(dtype);
    if (base.class === DTypeClass.Integer)
      return {
        class: DTypeClass.Enum,
        base,
        mapping: Object.fromEntries(Object.entries(enumMembers).map(([name, value]) => [value, name])),
      };
  }
  if (dtype === "string")
    return {
      class: DTypeClass.String,
      charSet: undefined,
      strPad: undefined,
      ...(stringLength === undefined ? {} : { length: stringLength }),
    };
  if (/(^|\s)b?float16$/.test(storedType)) return { class: DTypeClass.Float, size: 16, endianness: ORDER };
  return plainType(dtype);
}

/** A field that is not read is shown as the text that says so. */
function fieldType(field: TypeInfo): DType {
  const base = isDataType(field.dtype) ? h5webType(field) : h5webType({ ...field, dtype: "string" });
  return field.shape.length === 0 ? base : { class: DTypeClass.Array, base, dims: [...field.shape] };
}

function plainType(dtype: DataType): IntegerType | FloatType | BooleanType | ComplexType {
  const size = Number(/\d+$/.exec(dtype)?.[0] ?? 8);
  if (dtype === "bool")
    return {
      class: DTypeClass.Bool,
      base: { class: DTypeClass.Integer, signed: true, size, endianness: ORDER },
    };
  if (dtype.startsWith("complex")) {
    const part: FloatType = { class: DTypeClass.Float, size: size / 2, endianness: ORDER };
    return { class: DTypeClass.Complex, realType: part, imagType: part };
  }
  if (dtype.startsWith("float")) return { class: DTypeClass.Float, size, endianness: ORDER };
  return { class: DTypeClass.Integer, signed: dtype.startsWith("int"), size, endianness: ORDER };
}

/** An array without elements is shown as one of nothing: there is no slice of it. */
export function h5webShape(shape: readonly number[]): Shape {
  return parseShape(shape.includes(0) ? null : [...shape]);
}

/** The type of an array that was read. */
export function arrayType({ dtype, enumMembers }: NDArray): DType {
  return h5webType({
    dtype,
    storedType: dtype,
    shape: [],
    ...(enumMembers === undefined ? {} : { enumMembers }),
  });
}
