import { it } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { expectLittleMemory } from "./memory.js";

const at = temporaryFolder("memory");

it("a file of 128 MiB is exported and imported in a part of its memory", { timeout: 60_000 }, () =>
  expectLittleMemory(at(), 128),
);
