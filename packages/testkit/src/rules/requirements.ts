import type { DataType } from "@tvb-storage/core";
import type { Requirement } from "./rule.js";

function requirement(what: string, met: Requirement["met"]): Requirement {
  return { what, met };
}

export const dtype = (...types: readonly DataType[]): Requirement =>
  requirement(`dtype ${types.join(", ")}`, (supports) =>
    types.every((type) => supports.dtypes.includes(type)),
  );

export const growable: Requirement = requirement("appending", (supports) => supports.growableAxes !== "none");

export const growableOnAnyAxis: Requirement = requirement(
  "appending on any axis",
  (supports) => supports.growableAxes === "any",
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

export const noCompression: Requirement = requirement(
  "nothing (a backend without compression)",
  (supports) => supports.compression.length === 0,
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

export const compoundSample: Requirement = requirement(
  "compound datasets, or a sample of one (the option compound)",
  (supports, { compound }) => supports.fields && compound !== undefined,
);

export const otherProcesses: Requirement = requirement(
  "a lock between processes, or a module for them to load (the option processes)",
  (supports, { processes }) => supports.crossProcessLock && processes !== undefined,
);
