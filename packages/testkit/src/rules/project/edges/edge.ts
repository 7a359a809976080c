import { checkSteps } from "../../../project-model/check-steps.js";
import type {
  CallFault,
  CopySettings,
  ProjectCall,
  SourceStream,
  Step,
  TargetStream,
} from "../../../project-model/project-call.js";
import { startTree } from "../../../project-model/start-tree.js";
import type { ProjectContext } from "../../project-context.js";
import { type Rule, rule } from "../../rule.js";

/** Calls with an argument at its edge, from the start of all sequences; after each of them the whole tree is compared. */
export function edge(name: string, ...calls: readonly Step[]): Rule<ProjectContext> {
  return rule(name, (t) =>
    checkSteps(
      (options) => t.make(options),
      () => t.another(),
      [...startTree, ...calls],
    ),
  );
}

/** `copyFile`; paths begin with the name of a folder in braces. */
export function copy(
  source: string | SourceStream,
  dest: string | TargetStream,
  settings?: CopySettings,
  faults?: readonly CallFault[],
): ProjectCall {
  const args = settings === undefined ? ([source, dest] as const) : ([source, dest, settings] as const);
  return { method: "copyFile", args, ...(faults === undefined ? {} : { faults }) };
}

/** Names that every method refuses. */
export const badNames: readonly { readonly what: string; readonly name: string }[] = [
  { what: "empty", name: "" },
  { what: ".", name: "." },
  { what: "..", name: ".." },
  { what: "a way out", name: "../../outside" },
  { what: "a way out behind a name", name: "a/../../../outside" },
  { what: "a path", name: "a/b" },
  { what: "absolute", name: "/outside" },
  { what: "with a backslash", name: "a\\b" },
  { what: "with a NUL", name: "a\0b" },
  { what: "with a line break", name: "a\nb" },
  { what: "with a colon", name: "a:b" },
  { what: "ending with a dot", name: "a." },
  { what: "ending with a space", name: "a " },
  { what: "a device of Windows", name: "nul" },
  { what: "a device of Windows with an extension", name: "Com1.txt" },
  { what: "with letters that are not composed", name: "e\u0301" },
  { what: "with half of a surrogate pair", name: "a\ud83e" },
  { what: "of 256 bytes", name: "x".repeat(256) },
  { what: "of 128 letters that are 256 bytes", name: "é".repeat(128) },
];
