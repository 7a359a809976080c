import { complexBase, type Datatype, floatFormat, isBoolean } from "./datatype.js";

/** How messages and listings call a datatype: numpy's name where there is one. */
export function datatypeName(type: Datatype): string {
  switch (type.class) {
    case "fixed-point": {
      const name = `${type.signed ? "int" : "uint"}${type.precision}`;
      const whole = type.bitOffset === 0 && type.precision === type.size * 8;
      return whole && [1, 2, 4, 8].includes(type.size) ? name : `${name} (odd precision)`;
    }
    case "floating-point":
      return (
        floatFormat(type) ??
        `float${type.precision}${type.precision === type.size * 8 && type.size < 10 ? " (not IEEE 754)" : ""}`
      );
    case "time":
      return `time${type.precision}`;
    case "string":
      return `string[${type.size}]`;
    case "bitfield":
      return `bitfield${type.precision}`;
    case "opaque":
      return `opaque[${type.size}]`;
    case "compound": {
      const base = complexBase(type);
      const format = base === undefined ? undefined : floatFormat(base);
      if (format === "float32") return "complex64";
      if (format === "float64") return "complex128";
      return `compound {${type.members.map((member) => `${member.name}: ${datatypeName(member.type)}`).join(", ")}}`;
    }
    case "reference":
      return type.to === "unknown" ? "reference" : `${type.to} reference`;
    case "enum":
      return isBoolean(type) ? "bool" : `enum of ${datatypeName(type.base)}`;
    case "vlen":
      return `vlen of ${datatypeName(type.base)}`;
    case "vlen-string":
      return "string";
    case "array":
      return `array[${type.dims.join(", ")}] of ${datatypeName(type.base)}`;
    case "complex":
      return `complex of ${datatypeName(type.base)}`;
  }
}
