import type { DataType } from "@tvb-storage/core/arrays";
import { complexBase, type Datatype, floatFormat, isBoolean } from "./datatype.js";

/** How elements of an HDF5 datatype come out: as our type, with axes of its own for an array type. */
export interface MappedType {
  readonly dtype: DataType;
  /** Axes that an array type adds behind those of the dataset. */
  readonly dims: readonly number[];
  readonly enumMembers?: Readonly<Record<string, number>>;
}

/** The mapped type of a datatype, or undefined if there is none (opaque, references, odd precision, compounds). */
export function mappedType(type: Datatype): MappedType | undefined {
  switch (type.class) {
    case "fixed-point":
      return simple(integerType(type.size, type.signed, type.bitOffset, type.precision));
    case "floating-point":
      return simple(floatType(floatFormat(type)));
    case "string":
    case "vlen-string":
      return simple("string");
    case "enum": {
      if (isBoolean(type)) return simple("bool");
      const { base } = type;
      const dtype = integerType(base.size, base.signed, base.bitOffset, base.precision);
      if (dtype === undefined) return undefined;
      const enumMembers = Object.fromEntries(type.members.map(({ name, value }) => [name, Number(value)]));
      return { dtype, dims: [], enumMembers };
    }
    case "compound":
    case "complex": {
      const base = complexBase(type);
      const format = base === undefined ? undefined : floatFormat(base);
      return simple(format === "float32" ? "complex64" : format === "float64" ? "complex128" : undefined);
    }
    case "array": {
      const base = mappedType(type.base);
      return base === undefined ? undefined : { ...base, dims: [...type.dims, ...base.dims] };
    }
    default:
      return undefined;
  }
}

function simple(dtype: DataType | undefined): MappedType | undefined {
  return dtype === undefined ? undefined : { dtype, dims: [] };
}

function integerType(
  size: number,
  signed: boolean,
  bitOffset: number,
  precision: number,
): DataType | undefined {
  if (bitOffset !== 0 || precision !== size * 8) return undefined;
  switch (size) {
    case 1:
      return signed ? "int8" : "uint8";
    case 2:
      return signed ? "int16" : "uint16";
    case 4:
      return signed ? "int32" : "uint32";
    case 8:
      return signed ? "int64" : "uint64";
    default:
      return undefined;
  }
}

/** Types of half the width are read as float32, which holds all their values. */
function floatType(format: ReturnType<typeof floatFormat>): DataType | undefined {
  return format === "float64" ? "float64" : format === undefined ? undefined : "float32";
}

/** The names by which the fields of a compound are asked for, nested ones joined with dots. */
export function fieldNames(type: Datatype): string[] {
  if (type.class !== "compound") return [];
  return type.members.flatMap((member) =>
    member.type.class === "compound" && mappedType(member.type) === undefined
      ? fieldNames(member.type).map((name) => `${member.name}.${name}`)
      : [member.name],
  );
}

/** A field of a compound type: its type and its offset in each element. */
export interface Field {
  readonly type: Datatype;
  readonly offset: number;
}

/** The field that `name` (`"x"`, or `"a.b"` for a nested one) names. Names with dots in them win over nesting. */
export function findField(type: Datatype, name: string): Field | undefined {
  if (type.class !== "compound") return undefined;
  for (const member of type.members) {
    if (member.name === name) return { type: member.type, offset: member.offset };
  }
  for (const member of type.members) {
    if (!name.startsWith(`${member.name}.`)) continue;
    const inner = findField(member.type, name.slice(member.name.length + 1));
    if (inner !== undefined) return { type: inner.type, offset: member.offset + inner.offset };
  }
  return undefined;
}
