import { appendingSet } from "./second-set/appending.js";
import { copiesSet } from "./second-set/copies.js";
import { filesSet } from "./second-set/files.js";
import { metadataSet } from "./second-set/metadata.js";
import { projectsSet } from "./second-set/projects.js";
import { readingSet } from "./second-set/reading.js";
import { storingSet } from "./second-set/storing.js";
import type { Variant } from "./variant.js";

// Made from the documentation of the contract alone, without the rules of the kit in view, so that what the kit
// catches of them says how it does on mistakes that nobody had in mind when the rules were written.

/** Deliberately wrong storage managers. */
export const secondSet: readonly Variant[] = [
  ...storingSet,
  ...appendingSet,
  ...readingSet,
  ...metadataSet,
  ...filesSet,
];

/** Deliberately wrong `FilesHelper`s. */
export const secondProjectSet: readonly Variant[] = [...projectsSet, ...copiesSet];
