import { describe, it } from "vitest";
import { SCENARIOS, stopInFolder } from "./stop-in-folder.ts";

describe.each([2, 3] as const)("a writer that stops at any call in a folder, in version %i", (format) => {
  const some =
    format === 3 ? SCENARIOS : SCENARIOS.filter(({ name }) => /^a/.test(name) && !/blocks/.test(name));
  it.each(some)("leaves nothing that a sweep does not find: $name", async ({ name }) => {
    await stopInFolder(format, name, ["none", "half", "whole"]);
  });
});
