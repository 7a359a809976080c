import { memoryBackend } from "../../../src/memory/memory-backend.js";
import type { Subject } from "../find-catch.js";

export const subject: Subject = { backend: memoryBackend, options: {} };
