import { strict as assert } from "node:assert";
import type { DataType, NDArray } from "@tvb-storage/core";
import { type ErrorCode, isTVBException } from "@tvb-storage/errors";

// The assertions of the rules, made from node:assert, so that rules run without a test runner.

/** Deeply equal in value and type. */
export function equal(actual: unknown, expected: unknown, message?: string): void {
  assert.deepStrictEqual(actual, expected, message);
}

export function isTrue(value: boolean, message: string): void {
  assert.ok(value, message);
}

/** The dtype, shape and entries of an array; complex entries as re, im, re, im, bool as 0 and 1. */
export function equalArray(
  actual: NDArray | null,
  dtype: DataType,
  shape: readonly number[],
  entries: ArrayLike<number | bigint | string>,
): void {
  assert.ok(actual !== null, "there is no array");
  assert.deepStrictEqual({ dtype: actual.dtype, shape: [...actual.shape] }, { dtype, shape: [...shape] });
  assert.equal(actual.data.length, entries.length, "the number of entries");
  // Not by deepStrictEqual, which takes minutes to describe a difference of large arrays.
  for (let index = 0; index < entries.length; index++) {
    const found: unknown = actual.data[index];
    const expected: unknown = entries[index];
    if (!Object.is(found, expected))
      assert.fail(
        `entry ${index} is ${describe(found)}, not ${describe(expected)} (${dtype}, shape (${shape.join(", ")}))`,
      );
  }
}

function describe(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "string") return Object.is(value, -0) ? "-0" : String(value);
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}...` : value);
}

/**
 * The call rejects with an exception of exactly one of these codes, whose
 * message contains all of `mentions`. Resolves to the exception.
 */
export async function rejects(
  call: Promise<unknown>,
  codes: ErrorCode | readonly ErrorCode[],
  mentions: readonly string[] = [],
): Promise<Error> {
  const expected = typeof codes === "string" ? [codes] : codes;
  let error: unknown;
  try {
    await call;
  } catch (thrown) {
    error = thrown;
  }
  assert.ok(error !== undefined, `the call resolved; expected it to reject with ${expected.join(" or ")}`);
  assert.ok(
    error instanceof Error && isTVBException(error),
    `the call rejected with something that is no exception of @tvb-storage/errors: ${String(error)}`,
  );
  const { code } = error;
  assert.ok(
    expected.includes(code),
    `rejected with ${code} (${error.message}), not ${expected.join(" or ")}`,
  );
  for (const mention of mentions)
    assert.ok(error.message.includes(mention), `the message should name ${mention}: ${error.message}`);
  return error;
}

/** Whether a cause is an error of what the backend uses, not an exception that only says the same in other words. */
export function isLowLevel(cause: unknown): boolean {
  return cause instanceof Error && !isTVBException(cause);
}

/** Fails where a call does not end in time. */
export async function within<T>(milliseconds: number, what: string, call: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new assert.AssertionError({ message: `${what} hangs` })), milliseconds);
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}
