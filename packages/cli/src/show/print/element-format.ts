import type { DataType, NDArray } from "@tvb-storage/core";
import { scalarFloatText } from "./float-digits.js";
import { FloatFormat } from "./float-format.js";
import { pythonText } from "./python-text.js";

/** How the elements of one array are printed: all are observed first, since they share a width. */
export interface ElementFormat {
  observe(block: NDArray): void;
  words(block: NDArray): Iterable<string>;
}

export function elementFormat(dtype: DataType): ElementFormat {
  switch (dtype) {
    case "bool":
      return {
        observe: () => {},
        words: ({ data }) => mapped(data, (bit) => (bit ? " True" : "False")),
      };
    case "string":
      return { observe: () => {}, words: ({ data }) => mapped(data, (text) => pythonText(String(text))) };
    case "float32":
    case "float64":
      return floats(dtype === "float32");
    case "complex64":
    case "complex128":
      return complexNumbers(dtype === "complex64");
    default:
      return integers();
  }
}

function* mapped(
  data: NDArray["data"],
  text: (value: string | number | bigint) => string,
): Generator<string> {
  for (const value of data) yield text(value);
}

function integers(): ElementFormat {
  let width = 0;
  return {
    observe({ data }) {
      let [least = 0, greatest = 0]: (number | bigint | string)[] = [data[0] ?? 0, data[0] ?? 0];
      for (const value of data) {
        if (value < least) least = value;
        if (value > greatest) greatest = value;
      }
      width = Math.max(width, String(least).length, String(greatest).length);
    },
    words: ({ data }) => mapped(data, (value) => String(value).padStart(width)),
  };
}

function floats(single: boolean): ElementFormat {
  const format = new FloatFormat(single);
  return {
    observe({ data }) {
      for (const value of data) format.observe(Number(value));
    },
    words({ data }) {
      const text = format.formatter();
      return mapped(data, (value) => text(Number(value)));
    },
  };
}

function complexNumbers(single: boolean): ElementFormat {
  const real = new FloatFormat(single);
  const imaginary = new FloatFormat(single, true);
  return {
    observe({ data }) {
      for (let at = 0; at < data.length; at += 2) {
        real.observe(Number(data[at]));
        imaginary.observe(Number(data[at + 1]));
      }
    },
    *words({ data }) {
      const realText = real.formatter();
      const imaginaryText = imaginary.formatter();
      for (let at = 0; at < data.length; at += 2)
        // The j comes before the spaces that fill up.
        yield realText(Number(data[at])) + imaginaryText(Number(data[at + 1])).replace(/\s*$/, "j$&");
    },
  };
}

/** A scalar, as numpy's `str` gives it. */
export function scalarText({ dtype, data }: NDArray): string {
  const single = dtype === "float32" || dtype === "complex64";
  const [first = "", second = ""] = data;
  switch (dtype) {
    case "bool":
      return first ? "True" : "False";
    case "float32":
    case "float64":
      return scalarFloatText(Number(first), single);
    case "complex64":
    case "complex128": {
      const imaginary = scalarFloatText(Number(second), single, "");
      if (Object.is(first, 0)) return `${imaginary}j`;
      const plus = imaginary.startsWith("-") ? "" : "+";
      return `(${scalarFloatText(Number(first), single, "")}${plus}${imaginary}j)`;
    }
    default:
      return String(first);
  }
}
