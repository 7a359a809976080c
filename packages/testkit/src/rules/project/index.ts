import type { ProjectContext } from "../project-context.js";
import type { RuleGroup } from "../rule.js";
import { copyEdges } from "./edges/copy.js";
import { folderEdges, sizeEdges } from "./edges/folders-and-sizes.js";
import { figureEdges, metadataEdges } from "./edges/metadata.js";
import { removalEdges } from "./edges/removal.js";
import { moveEdges, renameEdges } from "./edges/rename-and-move.js";
import { figureRules } from "./figures.js";
import { fileRules } from "./files.js";
import { folderRules } from "./folders.js";
import { metadataRules } from "./metadata.js";
import { type ProjectSearch, projectModelRules } from "./model.js";
import { openFileRules } from "./open-files.js";
import { operationRules } from "./operations.js";
import { renameRules } from "./rename.js";

/** The contract of `ProjectStructure`, each rule once, with random sequences of calls. */
export function projectRules(search: ProjectSearch): readonly RuleGroup<ProjectContext>[] {
  return [...sentences, ...edges, projectModelRules(search)];
}

/** What a sentence says best. */
const sentences = [
  folderRules,
  renameRules,
  metadataRules,
  operationRules,
  figureRules,
  fileRules,
  openFileRules,
];

/** Every method with every argument at its edge, against the model. */
const edges = [
  folderEdges,
  renameEdges,
  moveEdges,
  copyEdges,
  removalEdges,
  metadataEdges,
  figureEdges,
  sizeEdges,
];

/** The contract of `ProjectStructure`. It does not prescribe where the folder of a project is. */
export const projectStructureRules: readonly RuleGroup<ProjectContext>[] = projectRules({});
