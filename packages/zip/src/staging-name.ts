import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { isAlive, type ProcessIdentity, temporaryName, thisProcess } from "@tvb-storage/files/internal";

/** `.target.random-process-start-system.tmp` */
const PATTERN = /^\..+\.[0-9a-f]{8}-(\d+)-(\d+)-([0-9a-f]{12})\.tmp$/s;

/**
 * Where a process number and its start identify a process: this boot of
 * this system, and the container. Undefined where that is not known.
 */
function systemOf({ host, namespace }: ProcessIdentity): string | undefined {
  if (namespace === undefined) return undefined;
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    return createHash("sha256").update(`${host}\n${namespace}\n${boot}`).digest("hex").slice(0, 12);
  } catch {
    return undefined;
  }
}

let known: { readonly system: string | undefined } | undefined;

/** The system of this process; read at the first use, not when the package is loaded. */
function ownSystem(): string | undefined {
  known ??= { system: systemOf(thisProcess()) };
  return known.system;
}

/** A temporary name for `name` that no other call, thread or process uses, and that identifies its process. */
export function stagingName(name: string): string {
  const random = randomUUID().slice(0, 8);
  const system = ownSystem();
  const { pid, started } = thisProcess();
  const owner = system === undefined || started === undefined ? "" : `-${pid}-${started}-${system}`;
  return temporaryName(name, `${random}${owner}`);
}

/** Whether a name is one of `stagingName` of a process of this system that is known to have ended. */
export function isOfDeadProcess(name: string): boolean {
  const [, pid, started, where] = PATTERN.exec(name) ?? [];
  if (pid === undefined || where !== ownSystem()) return false;
  return !isAlive(Number(pid), started);
}
