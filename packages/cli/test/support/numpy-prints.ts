import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { allocate, DATA_TYPES, elementCount, type NDArray } from "@tvb-storage/core";
import { writeNpy } from "@tvb-storage/core/internal";
import fc from "fast-check";
import { expect, test } from "vitest";
import { describeWith, numpy } from "../../../../test/support/judges.js";
import { temporaryFolder } from "../../../../test/support/temporary-folder.js";
import { float64, printed } from "./printed.js";
import { viewOf } from "./view-of.js";

const folder = temporaryFolder("print");

const PRINT = `
import json, sys, numpy
# As it was from 1.14 to 2.2; later ones change the notation of float32 earlier.
if numpy.lib.NumpyVersion(numpy.__version__) >= "2.0.0": numpy.set_printoptions(legacy="1.25")
print(json.dumps([[numpy.array2string(a, max_line_width=w) if a.shape else str(a), numpy.array2string(a, max_line_width=w, threshold=sys.maxsize) if a.shape else str(a)]
  for i, w in enumerate(json.load(sys.stdin)) for a in [numpy.load(f"{sys.argv[1]}/{i}.npy")]]))
`;

/** What numpy prints, and what is printed here: each cut short and whole. */
async function compared(arrays: readonly NDArray[], widths: readonly number[]): Promise<void> {
  for (const [at, array] of arrays.entries()) {
    const parts: Uint8Array[] = [];
    await writeNpy(async (bytes) => void parts.push(bytes), viewOf(array));
    writeFileSync(folder(`${at}.npy`), Buffer.concat(parts));
  }
  const output = execFileSync(numpy.command, ["-c", PRINT, folder()], {
    input: JSON.stringify(widths),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  const expected: string[][] = JSON.parse(output);
  for (const [at, array] of arrays.entries()) {
    const width = widths[at] ?? 75;
    const found = [await printed(array, { width }), await printed(array, { width, all: true })];
    expect(
      found,
      JSON.stringify([array.dtype, array.shape, [...array.data].slice(0, 40).map(String)]),
    ).toEqual((expected[at] ?? []).map((text) => `${text}\n`));
  }
}

/** Floats of all sizes, with those that are round in decimal or binary, and neighbours of both. */
const number = fc.oneof(
  fc.double(),
  fc.double({ min: -1000, max: 1000, noNaN: true }),
  fc.integer({ min: -1000, max: 1000 }),
  fc
    .tuple(fc.integer({ min: -99999, max: 99999 }), fc.integer({ min: -12, max: 4 }))
    .map(([m, e]) => m * 10 ** e),
  fc
    .tuple(fc.integer({ min: -4095, max: 4095 }), fc.integer({ min: -40, max: 10 }))
    .map(([m, e]) => m * 2 ** e),
  fc.constantFrom(
    0,
    -0,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,

    1e8,
    99999999.5,
  ),
);

/** Arrays whose numbers are of one kind, as those in files. */
const numbers = (count: number) =>
  fc.oneof(
    fc.array(number, { minLength: count, maxLength: count }),
    fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: count, maxLength: count }),
    fc
      .tuple(
        fc.integer({ min: 0, max: 9 }),
        fc.array(fc.integer({ min: -9999, max: 9999 }), { minLength: count, maxLength: count }),
      )
      .map(([places, all]) => all.map((each) => each / 10 ** places)),
    fc.array(
      fc.integer({ min: -600, max: 600 }).map((each) => each / 512),
      { minLength: count, maxLength: count },
    ),
  );

const shapes = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
  fc.array(fc.integer({ min: 5, max: 9 }), { minLength: 1, maxLength: 2 }),
  fc.constantFrom([1001], [1000], [7, 150], [150, 7], [12, 10, 10], [2, 3, 200], [4, 4, 4, 4, 4]),
);

/** Of all kinds that Python escapes or not; which characters exist at all depends on its version. */
const UNUSUAL = [
  ..."aé☃🧠'\"\\\n\r\t\x07\x7f\x85\xa0\xad\u0301\u200b\u2028\u3000\ufeff\uffff\ud800\u{e0001}\u{10ffff}",
];

const array: fc.Arbitrary<NDArray> = fc
  .tuple(shapes, fc.constantFrom(...DATA_TYPES))
  .chain(([shape, dtype]) => {
    const data = allocate(dtype, elementCount(shape));
    const values: fc.Arbitrary<readonly unknown[]> =
      dtype === "string"
        ? fc.array(
            fc
              .oneof(
                fc.string({ maxLength: 9 }),
                fc.string({ unit: fc.constantFrom(...UNUSUAL), maxLength: 5 }),
              )
              .filter((text) => !text.endsWith("\0")),
            { minLength: data.length, maxLength: data.length },
          )
        : dtype === "int64" || dtype === "uint64"
          ? fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), {
              minLength: data.length,
              maxLength: data.length,
            })
          : dtype === "bool"
            ? fc.array(fc.integer({ min: 0, max: 1 }), { minLength: data.length, maxLength: data.length })
            : numbers(data.length);
    return values.map((given) => {
      const container = allocate(dtype, elementCount(shape));
      given.forEach((value, at) => {
        container[at] = value as never; // as the type has it
      });
      return { dtype, shape, data: container } as NDArray;
    });
  });

/** Prints as many random arrays as numpy does, and powers, each `step`th. */
export function numpyPrintsTheSame(numRuns: number, step: number): void {
  describeWith(numpy)("numpy prints the same", () => {
    test("of arrays of all types and shapes", async () => {
      // A text alone is printed as it is by numpy; here no control character of it reaches a terminal.
      const isText = ({ dtype, shape }: NDArray) => dtype === "string" && shape.length === 0;
      const arrays = fc.sample(array, { seed: 16, numRuns }).filter((each) => !isText(each));
      const widths = arrays.map((_, at) => [75, 40, 20, 120][at % 4] ?? 75);
      await compared(arrays, widths);
    }, 120_000);

    test("of powers of two and of ten, and of their neighbours", async () => {
      const powers = [
        ...Array.from({ length: 420 }, (_, at) => 2 ** (5 * at - 1074)),
        ...Array.from({ length: 278 }, (_, at) => 2 ** (at - 149)),
        ...Array.from({ length: 90 }, (_, at) => Number(`1e${at - 45}`)),
      ].filter((_, at) => at % step === 0);
      // Whether the float32 of 0.0001 is below it, numpy 2 finds otherwise.
      const singles = powers.filter(
        (x) => Math.fround(x) !== 0 && x !== 1e-4 && Number.isFinite(Math.fround(x)),
      );
      const arrays: NDArray[] = [
        ...powers.map((x) => float64(x, 3 * x, x * (1 + 2 ** -52))),
        ...powers.map((x) => ({ dtype: "float64" as const, shape: [], data: Float64Array.of(x) })),
        ...singles.map((x) => ({
          dtype: "float32" as const,
          shape: [3],
          data: Float32Array.of(x, 3 * x, x * (1 + 2 ** -23)),
        })),
        ...singles.map((x) => ({ dtype: "float32" as const, shape: [], data: Float32Array.of(x) })),
      ];
      await compared(
        arrays,
        arrays.map(() => 75),
      );
    }, 120_000);
  });
}
