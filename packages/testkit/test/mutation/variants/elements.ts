// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the edits are texts of sources that have template strings
import type { EditedFile, Variant } from "../variant.js";
import { transaction } from "./sources.js";

// Elements that change on their way into the store or out of it.

/** What is stored goes through `expression` of `array`, which is the caller's. */
function storing(expression: string): EditedFile {
  const from = "function contentOf(given: NDArray) {\n  const array = copyArray(given);";
  const to = `function contentOf(given: NDArray) {\n  const array = copyArray(((array) => ${expression})(given) as NDArray);`;
  return { file: transaction, from, to };
}

/** Texts go through `expression` of `text`. */
function storingTexts(expression: string): EditedFile {
  return storing(
    `array.dtype === "string" ? { ...array, data: array.data.map((text) => ${expression}) } : array`,
  );
}

/** Elements of a type go through `expression` of `value`. */
function storingNumbers(dtype: string, expression: string): EditedFile {
  return storing(
    `array.dtype === "${dtype}" ? { ...array, data: array.data.map((value) => ${expression}) } : array`,
  );
}

/** What is read goes through `expression` of `array`. */
function reading(expression: string): EditedFile {
  const from = "return selectElements(this.#dataset(path).array, selection);";
  const to = `const array = selectElements(this.#dataset(path).array, selection);\n    return ${expression};`;
  return { file: transaction, from, to };
}

export const elementsVariants: readonly Variant[] = [
  {
    wrong: "loses a BOM at the start of a text",
    ...storingTexts('text.replace(/^\\uFEFF/, "")'),
    uses: /BOM|string/i,
  },
  {
    wrong: "turns CRLF in texts into LF",
    ...storingTexts('text.replaceAll("\\r\\n", "\\n")'),
    uses: /CRLF|line|string/i,
  },
  {
    wrong: "composes the characters of texts",
    ...storingTexts('text.normalize("NFC")'),
    uses: /compos|combin|unicode|text|string/i,
  },
  {
    wrong: "cuts texts at 65,535 characters",
    ...storingTexts("text.slice(0, 65_535)"),
    uses: /text|string|long/i,
  },
  {
    wrong: "takes blanks off the end of texts",
    ...storingTexts("text.trimEnd()"),
    uses: /blank|space|text|string/i,
  },
  {
    wrong: "replaces characters beyond the 16 bits of a code unit",
    ...storingTexts('text.replace(/[\\u{10000}-\\u{10FFFF}]/gu, "\\uFFFD")'),
    uses: /astral|emoji|unicode|character|text|string/i,
  },
  {
    wrong: "replaces bytes that are not UTF-8 in texts",
    ...storingTexts("Buffer.from(text).toString()"),
    uses: /UTF-8|bytes|string/i,
  },
  { wrong: "stores -0 as 0 in float32", ...storingNumbers("float32", "value + 0"), uses: /float32|-0/ },
  { wrong: "stores NaN as 0 in float32", ...storingNumbers("float32", "value || 0"), uses: /float32|NaN/ },
  {
    wrong: "loses the payload of NaN in float64",
    ...storing(
      'array.dtype === "float64" ? { ...array, data: Float64Array.from(array.data, (value) => (Number.isNaN(value) ? Number.NaN : value)) } : array',
    ),
    uses: /NaN|float64/,
  },
  {
    wrong: "stores subnormal numbers as 0",
    ...storingNumbers("float64", "(Math.abs(value) < 2.3e-308 ? value * 0 : value)"),
    uses: /subnormal|smallest|e-3|float64/i,
  },
  {
    wrong: "passes int64 through doubles",
    ...storingNumbers("int64", "BigInt(Number(value))"),
    uses: /int64/i,
  },
  {
    wrong: "swaps the parts of complex64",
    ...storing(
      'array.dtype === "complex64" ? { ...array, data: array.data.map((_, i) => array.data[i ^ 1]) } : array',
    ),
    uses: /complex64/i,
  },
  {
    wrong: "loses the imaginary part of a complex scalar",
    ...storing(
      'array.dtype === "complex128" && array.shape.length === 0 ? { ...array, data: Float64Array.of(array.data[0], 0) } : array',
    ),
    uses: /complex/i,
  },
  {
    wrong: "takes the memory of the caller's array with it",
    ...storing(
      "Array.isArray(array.data) || array.data.byteLength === 0 ? array : { ...array, data: structuredClone(array.data, { transfer: [array.data.buffer] }) }",
    ),
    uses: /store|append|caller|array/i,
  },
  {
    wrong: "gives float32 elements in a Float64Array",
    ...reading(
      'array.dtype === "float32" ? ({ ...array, data: Float64Array.from(array.data) } as unknown as NDArray) : array',
    ),
    uses: /float32|Float64Array|Float32Array/,
  },
  {
    wrong: "gives booleans as uint8",
    ...reading('array.dtype === "bool" ? { ...array, dtype: "uint8" } : array'),
    uses: /bool/i,
  },
  {
    wrong: "gives bytes in a Buffer",
    ...reading('array.dtype === "uint8" ? { ...array, data: Buffer.from(array.data) } : array'),
    uses: /Buffer|uint8/i,
  },
  {
    wrong: "gives int32 elements in a Uint32Array",
    ...reading(
      'array.dtype === "int32" ? ({ ...array, data: new Uint32Array(array.data) } as unknown as NDArray) : array',
    ),
    uses: /int32/i,
  },
  {
    wrong: "gives a scalar the shape (1,)",
    ...reading("this.#dataset(path).shape.length === 0 ? { ...array, shape: [1] } : array"),
    uses: /scalar|\[\]|shape/i,
  },
  {
    wrong: "gives an array without elements the shape (0,)",
    ...reading("array.data.length === 0 ? { ...array, shape: [0] } : array"),
    uses: /empty|shape|elements|selection/i,
  },
  {
    wrong: "reverses the axes of arrays with three",
    ...reading("array.shape.length === 3 ? { ...array, shape: [...array.shape].reverse() } : array"),
    uses: /shape|ax[ei]s|dimension/i,
  },
  {
    wrong: "hands out texts that it goes on using",
    file: transaction,
    from: "return selectElements(this.#dataset(path).array, selection);",
    to: `const { array } = this.#dataset(path);
    return selection.whole && array.dtype === "string" ? array : selectElements(array, selection);`,
    uses: /text|string|getData|array/i,
  },
];
