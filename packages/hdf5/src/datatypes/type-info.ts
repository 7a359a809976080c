import type { Datatype } from "./datatype.js";
import { datatypeName } from "./datatype-name.js";
import { mappedType } from "./mapped-type.js";

/** What the elements of a dataset are. */
export interface TypeInfo {
  /** The `DataType` that they are read as, or the name of a type that cannot be represented. */
  readonly dtype: string;
  /** How they are stored: `"float16"`, `"enum of int8"`, `"string[5]"`. */
  readonly storedType: string;
  /** Axes of each element, of an array type; `[]` for other types. */
  readonly shape: readonly number[];
  /** Names of the values of an enumeration. */
  readonly enumMembers?: Readonly<Record<string, number>>;
  /** The fields of a compound in their order, those of nested compounds in place of these. */
  readonly fields?: readonly FieldInfo[];
}

/** A field of a compound that is read by itself. */
export interface FieldInfo extends TypeInfo {
  /** What `read` takes as `field`: `"x"`, or `"a.b"` in a nested compound. */
  readonly name: string;
  /** The names of compounds that lead to it, and its own. */
  readonly path: readonly string[];
}

export function typeInfo(type: Datatype): TypeInfo {
  const mapped = mappedType(type);
  const fields = compoundFields(type, []);
  return {
    dtype: mapped?.dtype ?? datatypeName(type),
    storedType: datatypeName(type),
    shape: mapped?.dims ?? [],
    ...(mapped?.enumMembers === undefined ? {} : { enumMembers: mapped.enumMembers }),
    ...(fields.length === 0 ? {} : { fields }),
  };
}

function compoundFields(type: Datatype, outer: readonly string[]): FieldInfo[] {
  if (type.class !== "compound" || mappedType(type) !== undefined) return [];
  return type.members.flatMap((member) => {
    const path = [...outer, member.name];
    const inner = compoundFields(member.type, path);
    return inner.length > 0 ? inner : [{ ...typeInfo(member.type), name: path.join("."), path }];
  });
}
