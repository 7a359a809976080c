import { DATA_TYPES, type DataType } from "@tvb-storage/core";
import type { Requirement } from "./rule.js";

function requirement(what: string, met: Requirement["met"]): Requirement {
  return { what, met };
}

export const dtype = (...types: readonly DataType[]): Requirement =>
  requirement(`dtype ${types.join(", ")}`, (supports) =>
    types.every((type) => supports.dtypes.includes(type)),
  );

/** Then that is what the context's sample data are of. */
export const numbers: Requirement = requirement("a dtype other than string", (supports) =>
  supports.dtypes.some((type) => type !== "string"),
);

export const severalTypes: Requirement = requirement(
  "more than one dtype",
  (supports) => supports.dtypes.length > 1,
);

/** Then that is what the context's sample data are of. */
export const counting: Requirement = requirement("a dtype that counts to a million", (supports) =>
  supports.dtypes.some((type) => /^(float|u?int(32|64))/.test(type)),
);

export const notEveryType: Requirement = requirement("nothing (a backend that lacks a dtype)", (supports) =>
  DATA_TYPES.some((type) => !supports.dtypes.includes(type)),
);

export const growable: Requirement = requirement("appending", (supports) => supports.growableAxes !== "none");

export const growableOnAnyAxis: Requirement = requirement(
  "appending on any axis",
  (supports) => supports.growableAxes === "any",
);

export const growableFirst: Requirement = requirement(
  "nothing (a backend that appends along the first axis only)",
  (supports) => supports.growableAxes === "first",
);

export const notGrowable: Requirement = requirement(
  "nothing (a backend that cannot append)",
  (supports) => supports.growableAxes === "none",
);

export const removal: Requirement = requirement("removal", (supports) => supports.removal);

export const noRemoval: Requirement = requirement(
  "nothing (a backend that cannot remove)",
  (supports) => !supports.removal,
);

export const gzip: Requirement = requirement("gzip compression", (supports) =>
  supports.compression.includes("gzip"),
);

export const noGzip: Requirement = requirement(
  "nothing (a backend without gzip compression)",
  (supports) => !supports.compression.includes("gzip"),
);

export const atomicCommit: Requirement = requirement("atomic commits", (supports) => supports.atomicCommit);

export const escapedBytes: Requirement = requirement(
  "texts with bytes that are not UTF-8",
  (supports) => supports.escapedBytes === true,
);

/** The rule examines the file itself. */
export const storedAsFile: Requirement = requirement(
  "a file of its own",
  (supports) => supports.storedAs === "file",
);

/** The rule examines, moves or damages the file at the path. */
export const storedOnFileSystem: Requirement = requirement(
  "something at its path on the file system",
  (supports) => supports.storedAs !== "remote",
);

/** The rule looks at what another process finds. */
export const cold: Requirement = requirement(
  "a manager that shares nothing with the others (openCold of the option store)",
  (supports, _samples, store) => supports.storedAs !== "remote" || store.openCold !== undefined,
);

/** The rule examines, changes or denies what is stored, whatever it is stored in. */
export const medium: Requirement = requirement(
  "a file system, or the hooks of a remote store (remote of the option store)",
  (supports, _samples, store) => supports.storedAs !== "remote" || store.remote !== undefined,
);

/** The rule examines, damages or slows down the objects of a remote store. */
export const remoteObjects: Requirement = requirement(
  "objects of a remote store, and its hooks (remote of the option store)",
  (supports, _samples, store) => supports.storedAs === "remote" && store.remote !== undefined,
);

export const compoundSample: Requirement = requirement(
  "compound datasets, or a sample of one (the option compound)",
  (supports, { compound }) => supports.fields && compound !== undefined,
);

export const otherProcesses: Requirement = requirement(
  "a lock between processes, or a module for them to load (the option processes)",
  (supports, { processes }) => supports.crossProcessLock && processes !== undefined,
);
