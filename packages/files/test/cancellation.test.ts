import { FileStorageException } from "@tvb-storage/errors";
import { expect, test } from "vitest";
import { throwIfAborted } from "../src/cancellation.js";

test("an aborted signal throws a FileStorageException with the signal's reason as cause", () => {
  const reason = new Error("user closed the tab");
  let thrown: unknown;
  try {
    throwIfAborted(AbortSignal.abort(reason), "copying /a");
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(FileStorageException);
  expect(thrown).toMatchObject({ message: "copying /a: cancelled by its signal", cause: reason });
});

test("no signal, and one that is not aborted, let the call go on", () => {
  expect(() => throwIfAborted(undefined, "x")).not.toThrow();
  expect(() => throwIfAborted(new AbortController().signal, "x")).not.toThrow();
});
