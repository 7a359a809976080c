import type { Datatype } from "@tvb-storage/hdf5/internal";

type Order = "little" | "big" | "vax" | "none" | "mixed";

/** What HDF5's H5Tget_order returns for a type. */
function orderOf(type: Datatype): Order {
  switch (type.class) {
    case "fixed-point":
    case "floating-point":
    case "time":
    case "bitfield":
      return type.byteOrder;
    case "enum":
    case "array":
    case "vlen":
    case "complex":
      return orderOf(type.base);
    case "vlen-string":
      // Of HDF5's native characters.
      return "little";
    case "compound": {
      const orders = new Set(
        type.members.map((member) => orderOf(member.type)).filter((order) => order !== "none"),
      );
      const [first = "none"] = orders;
      return orders.size > 1 ? "mixed" : first;
    }
    default:
      return "none";
  }
}

/** Whether an enumeration is in the type, at which HDF5 stops converting orders. */
function hasEnum(type: Datatype): boolean {
  if (type.class === "enum") return true;
  if (type.class === "compound") return type.members.some((member) => hasEnum(member.type));
  return (type.class === "array" || type.class === "vlen") && hasEnum(type.base);
}

function littleEndian(type: Datatype): Datatype {
  switch (type.class) {
    case "fixed-point":
    case "floating-point":
    case "time":
    case "bitfield":
      return { ...type, byteOrder: "little" };
    case "array":
    case "vlen":
    case "complex":
      return { ...type, base: littleEndian(type.base) };
    case "compound": {
      let stopped = false;
      return {
        ...type,
        members: type.members.map((member) => {
          stopped ||= hasEnum(member.type);
          return stopped ? member : { ...member, type: littleEndian(member.type) };
        }),
      };
    }
    default:
      return type;
  }
}

/** A pointer in WASM's memory, and the length and pointer of a sequence. */
const POINTER_BYTES = 4;
const SEQUENCE_BYTES = 8;

/** The type with variable-length members as they are in memory: pointers, which moves what is behind them. */
function withPointers(type: Datatype): Datatype {
  switch (type.class) {
    case "vlen-string":
      return { ...type, size: POINTER_BYTES };
    case "vlen":
      return { ...type, size: SEQUENCE_BYTES };
    case "array": {
      const base = withPointers(type.base);
      return { ...type, base, size: (type.size / type.base.size) * base.size };
    }
    case "compound": {
      let moved = 0;
      const members = type.members.map((member) => {
        const inner = withPointers(member.type);
        const offset = member.offset + moved;
        moved += inner.size - member.type.size;
        return { ...member, offset, type: inner };
      });
      return { ...type, members, size: type.size + moved };
    }
    default:
      return type;
  }
}

/** Whether elements of the type hold memory that must be freed after reading. */
export function hasVlen(type: Datatype): boolean {
  if (type.class === "compound") return type.members.some((member) => hasVlen(member.type));
  return (
    type.class === "vlen" || type.class === "vlen-string" || (type.class === "array" && hasVlen(type.base))
  );
}

/**
 * The type of the bytes that h5wasm puts into memory for a dataset of `type`:
 * it has HDF5 convert a wholly big-endian type to little-endian, leaves mixed
 * ones alone, and cannot convert enumerations.
 */
export function memoryType(stored: Datatype): Datatype {
  const type = withPointers(stored);
  const order = orderOf(type);
  if (order !== "big" && order !== "vax") return type;
  if (type.class === "enum" || ((type.class === "array" || type.class === "vlen") && hasEnum(type.base)))
    return type;
  return littleEndian(type);
}
