import { it } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { expectLittleMemory } from "./memory.js";

const at = temporaryFolder("memory-deep");

it("a file of 1 GiB is exported and imported in a part of its memory", { timeout: 300_000 }, () =>
  expectLittleMemory(at(), 1024),
);
