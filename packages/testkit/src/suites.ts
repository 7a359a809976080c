export type { ProjectStructureFactory, ProjectStructureOptions } from "./rules/project-context.js";
export type { CompoundSample, Samples } from "./rules/rule.js";
export type { StorageKitOptions } from "./rules/run-rules.js";
export { describeProjectStructure, type ProjectKitOptions } from "./suites/describe-project-structure.js";
export { describeStorageManager } from "./suites/describe-storage-manager.js";
