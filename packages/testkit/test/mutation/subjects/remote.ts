import { remoteBackend } from "../../../../../examples/remote-backend/src/index.js";
import { kitOptions } from "../../../../../examples/remote-backend/test/kit-options.js";
import type { Subject } from "../find-catch.js";

export const subject: Subject = { backend: remoteBackend, options: kitOptions() };
