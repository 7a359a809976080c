import { expect, it } from "vitest";
import type { NDArray } from "../src/index.js";
import { type AxisLabels, writeCsv } from "../src/text/write-csv.js";

async function csvOf(array: NDArray, labels?: AxisLabels): Promise<string> {
  let written = "";
  const stream = {
    dtype: array.dtype,
    shape: array.shape,
    async *blocks() {
      yield array;
    },
  };
  await writeCsv(
    stream,
    async (text) => {
      written += text;
    },
    labels,
  );
  return written;
}

const square: NDArray = { dtype: "float64", shape: [2, 2], data: Float64Array.of(0, 1.5, -0, 1e-7) };

it("puts labels of both axes of a matrix into a header and the first column", async () => {
  expect(
    await csvOf(square, [
      ["lA1", 'say "x"'],
      ["lA1", "a,b"],
    ]),
  ).toBe('"",lA1,"a,b"\r\nlA1,0,1.5\r\n"say ""x""",-0,1e-7\r\n');
  expect(await csvOf(square, [undefined, ["a", "b"]])).toBe("a,b\r\n0,1.5\r\n-0,1e-7\r\n");
  expect(await csvOf(square, [["a", "b"]])).toBe("a,0,1.5\r\nb,-0,1e-7\r\n");
});

it("puts labels beside the elements of one axis, and in place of indices of several", async () => {
  expect(
    await csvOf({ dtype: "int64", shape: [2], data: BigInt64Array.of(-(2n ** 63n), 5n) }, [
      ["", "two\nlines"],
    ]),
  ).toBe('"",-9223372036854775808\r\n"two\nlines",5\r\n');
  expect(
    await csvOf({ dtype: "int8", shape: [1, 2, 2], data: Int8Array.of(1, 2, 3, 4) }, [
      undefined,
      ["p", "q"],
      ["x", "y"],
    ]),
  ).toBe('"","",x,y\r\n0,p,1,2\r\n0,q,3,4\r\n');
});

it("has two columns for complex numbers, and their names", async () => {
  const array: NDArray = { dtype: "complex64", shape: [1, 1], data: Float32Array.of(0.1, Number.NaN) };
  expect(await csvOf(array)).toBe("0.1,nan\r\n");
  expect(await csvOf(array, [undefined, ["z"]])).toBe("z real,z imag\r\n0.1,nan\r\n");
});

it("writes a scalar, and nothing of an empty array", async () => {
  expect(await csvOf({ dtype: "bool", shape: [], data: Uint8Array.of(1) })).toBe("True\r\n");
  expect(await csvOf({ dtype: "string", shape: [], data: ["ä "] })).toBe('"ä "\r\n');
  expect(await csvOf({ dtype: "float64", shape: [0, 3], data: new Float64Array(0) })).toBe("");
});
