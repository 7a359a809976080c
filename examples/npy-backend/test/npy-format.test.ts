import { FileStorageException } from "@tvb-storage/errors";
import { describe, expect, test } from "vitest";
import { decodeElements, encodeNpy, parseHeader } from "../src/npy-format.js";

const latin1 = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

describe("encodeNpy", () => {
  test("writes what numpy.save writes, byte for byte", () => {
    const file = encodeNpy({ dtype: "int16", shape: [2, 2], data: Int16Array.of(1, 2, 3, -1) });
    const header = "{'descr': '<i2', 'fortran_order': False, 'shape': (2, 2), }".padEnd(117);
    expect(latin1(file)).toBe(`\x93NUMPY\x01\x00\x76\x00${header}\n\x01\x00\x02\x00\x03\x00\xff\xff`);
  });

  test("writes strings as UTF-32 of the longest one's length", () => {
    const file = encodeNpy({ dtype: "string", shape: [2], data: ["a", "☃b"] });
    expect(latin1(file.subarray(0, 128))).toContain(
      "'descr': '<U2', 'fortran_order': False, 'shape': (2,), ",
    );
    expect(Array.from(new Uint32Array(file.slice(128).buffer))).toEqual([0x61, 0, 0x2603, 0x62]);
  });
});

describe("parseHeader", () => {
  test("gives type, shape and where the elements begin", () => {
    const file = encodeNpy({ dtype: "float64", shape: [3], data: Float64Array.of(1, 2, 3) });
    const header = parseHeader(file);
    expect(header).toEqual({ dtype: "float64", shape: [3], elementBytes: 8, dataStart: 128 });
    expect(decodeElements(header, [3], file.slice(128)).data).toEqual(Float64Array.of(1, 2, 3));
  });

  test.each([
    ["an empty file", ""],
    ["a text", "time,region,value"],
    ["Fortran order", "\x93NUMPY\x01\x00\x60\x00{'descr': '<f8', 'fortran_order': True, 'shape': (2, 2), }"],
    [
      "a type of its own",
      "\x93NUMPY\x01\x00\x60\x00{'descr': '|O', 'fortran_order': False, 'shape': (2, 2), }",
    ],
  ])("refuses %s", (_, text) => {
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    expect(() => parseHeader(bytes)).toThrow(FileStorageException);
  });
});
