import { expect, test } from "vitest";
import { npyHeader } from "../src/npy/npy-header.js";

test("npyHeader is what numpy.save writes, byte for byte", () => {
  const text = "{'descr': '<i2', 'fortran_order': False, 'shape': (2, 2), }".padEnd(117);
  expect(Buffer.from(npyHeader("int16", [2, 2]))).toEqual(
    Buffer.from(`\x93NUMPY\x01\x00\x76\x00${text}\n`, "latin1"),
  );
});
