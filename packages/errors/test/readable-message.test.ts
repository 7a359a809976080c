import { describe, expect, it } from "vitest";
import { FileStorageException, TVBException } from "../src/index.js";
import { readableMessage } from "../src/readable-message.js";

describe("the message of an exception", () => {
  it("is unchanged where it is of normal length", () => {
    const path = `/${"d".repeat(999)}`;
    expect(new TVBException(`${path} is missing`).message).toBe(`${path} is missing`);
  });

  it("does not repeat a key of 70,000 characters", () => {
    const { message } = new FileStorageException(`the key "${"k".repeat(70_000)}" is unknown; use another`);
    expect(message).toBe(`the key "${"k".repeat(199)}... (70002 characters) ..." is unknown; use another`);
  });

  it("does not repeat a text of 70,000 characters with spaces in it", () => {
    const message = readableMessage(`the text ${"ab ".repeat(30_000)}is none; use another`);
    expect(message.length).toBeLessThan(4_000);
    expect(message.startsWith("the text ab ab")).toBe(true);
    expect(message.endsWith("is none; use another")).toBe(true);
  });

  it("is not cut between the halves of a surrogate pair", () => {
    expect(readableMessage(`${"a".repeat(199)}${"\u{1f9e0}".repeat(2_000)}`)).not.toMatch(/\p{Surrogate}/u);
  });
});
