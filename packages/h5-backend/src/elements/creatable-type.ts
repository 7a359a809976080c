import type { DataType } from "@tvb-storage/core";
import { complexBase, type Datatype, isBoolean, mappedType } from "@tvb-storage/hdf5/internal";

/** What `creationOf` is given for a datatype. */
export interface CreatableType {
  readonly dtype: DataType;
  /** Bytes of a fixed-length string. */
  readonly stringLength?: number;
}

/**
 * How an exact copy of a datatype is created: the type that is asked of h5wasm,
 * which gets the class bits of the original afterwards (byte order, padding,
 * character set). Undefined for what cannot be created so.
 */
export function creatableType(type: Datatype): CreatableType | undefined {
  switch (type.class) {
    case "fixed-point":
    case "floating-point": {
      const dtype = mappedType(type)?.dtype;
      // float16 is mapped as float32, and only read.
      if (dtype === undefined || (dtype === "float32" && type.size !== 4)) return undefined;
      return { dtype };
    }
    case "string":
      return type.size > 0 ? { dtype: "string", stringLength: type.size } : undefined;
    case "vlen-string":
      return { dtype: "string" };
    case "enum": {
      // Exactly h5py's boolean: other orders of its members, or unsigned ones, are other types.
      const [first] = type.members;
      return isBoolean(type) && first?.name === "FALSE" && type.base.signed ? { dtype: "bool" } : undefined;
    }
    case "compound": {
      const base = complexBase(type);
      const dtype = base?.byteOrder === "little" ? mappedType(type)?.dtype : undefined;
      return dtype === "complex64" || dtype === "complex128" ? { dtype } : undefined;
    }
    default:
      return undefined;
  }
}

/** Whether class bits are all by which two types of the class can differ, size aside. */
export function hasOwnClassBits(type: Datatype): boolean {
  return ["fixed-point", "floating-point", "string", "vlen-string"].includes(type.class);
}
