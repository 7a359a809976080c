import type { Variant } from "./variant.js";
import { appendingVariants } from "./variants/appending.js";
import { attributesVariants } from "./variants/attributes.js";
import { conversionsVariants } from "./variants/conversions.js";
import { elementsVariants } from "./variants/elements.js";
import { exactVariants } from "./variants/exact.js";
import { filesVariants } from "./variants/files.js";
import { managersVariants } from "./variants/managers.js";
import { metadataVariants } from "./variants/metadata.js";
import { readingVariants } from "./variants/reading.js";
import { refusedVariants } from "./variants/refused.js";
import { rowsVariants } from "./variants/rows.js";
import { selectingVariants } from "./variants/selecting.js";
import { silentVariants } from "./variants/silent.js";
import { storingVariants } from "./variants/storing.js";
import { whereVariants } from "./variants/where.js";

/** Wrong memory backends: edits of its sources, or of core's and others that it uses. */
export const variants: readonly Variant[] = [
  ...appendingVariants,
  ...rowsVariants,
  ...storingVariants,
  ...refusedVariants,
  ...elementsVariants,
  ...readingVariants,
  ...selectingVariants,
  ...whereVariants,
  ...metadataVariants,
  ...attributesVariants,
  ...exactVariants,
  ...managersVariants,
  ...filesVariants,
  ...conversionsVariants,
  ...silentVariants,
];
