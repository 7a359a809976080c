import { copyingVariants } from "./project-variants/copying.js";
import { movingVariants } from "./project-variants/moving.js";
import { namingVariants } from "./project-variants/naming.js";
import type { Variant } from "./variant.js";

/** Wrong `FilesHelper`s: edits of its sources, or of those of files and xml-meta that it uses. */
export const projectVariants: readonly Variant[] = [...copyingVariants, ...movingVariants, ...namingVariants];
