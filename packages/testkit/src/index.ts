export {
  enumerateFaults,
  type FaultCounts,
  type FaultPoint,
  type FaultScenario,
} from "./faults/enumerate-faults.js";
export {
  type CallFilter,
  type FaultEffect,
  type FaultLog,
  type FaultPlan,
  faultyFs,
  ProcessStopped,
} from "./faults/faulty-fs.js";
export type { CallStyle, FsCall } from "./faults/fs-call.js";
export { type Interceptor, interceptFs, type Verdict } from "./faults/intercept.js";
export { type PowerLossFs, powerLossFs, type Survival, seededRandom } from "./faults/power-loss.js";
export { memoryBackend } from "./memory/memory-backend.js";
export { type MemoryOptions, MemoryStorageManager } from "./memory/memory-storage-manager.js";
export { createMemoryFs, type MemoryFileSystem } from "./memory-fs.js";
export { checkAgainstModel, type ModelCheckOptions } from "./model/check-against-model.js";
export type { ModelFile } from "./model/run-steps.js";
export { checkProjectsAgainstModel, type ProjectModelOptions } from "./project-model/check-projects.js";
export type { KitStore, MakeStore, OpenManager, RemoteHooks, RequestFate } from "./rules/kit-store.js";
export type { Medium } from "./rules/medium.js";
export { PLACE_NAMES, type Place, type PlaceName } from "./rules/places.js";
export { projectStructureRules } from "./rules/project/index.js";
export type {
  ProjectContext,
  ProjectStructureFactory,
  ProjectStructureOptions,
} from "./rules/project-context.js";
export {
  type CompoundSample,
  type Requirement,
  type Rule,
  type RuleGroup,
  rule,
  type Samples,
  type StoreOffers,
} from "./rules/rule.js";
export {
  notOffered,
  type RuleResult,
  runProjectRule,
  runStorageManagerRules,
  runStorageRule,
  type StorageKitOptions,
  storeOffers,
} from "./rules/run-rules.js";
export { storageManagerRules } from "./rules/storage/index.js";
export type { StorageContext } from "./rules/storage-context.js";
