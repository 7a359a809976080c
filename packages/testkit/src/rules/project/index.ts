import type { ProjectContext } from "../project-context.js";
import type { RuleGroup } from "../rule.js";
import { figureRules } from "./figures.js";
import { fileRules } from "./files.js";
import { folderRules } from "./folders.js";
import { metadataRules } from "./metadata.js";
import { operationRules } from "./operations.js";
import { renameRules } from "./rename.js";

/** The contract of `ProjectStructure`, each rule once. It does not prescribe the exact paths of a layout. */
export const projectStructureRules: readonly RuleGroup<ProjectContext>[] = [
  folderRules,
  renameRules,
  metadataRules,
  operationRules,
  figureRules,
  fileRules,
];
