import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { isAlive, self } from "@tvb-storage/core";

/** `.target.random-process-start-system.tmp` */
const PATTERN = /^\..+\.[0-9a-f]{8}-(\d+)-(\d+)-([0-9a-f]{12})\.tmp$/s;

/**
 * Within which a process number and its start mean one process: this boot of
 * this system, and the container. Undefined where that cannot be known.
 */
function systemOf({ host, namespace }: typeof self): string | undefined {
  if (namespace === undefined) return undefined;
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    return createHash("sha256").update(`${host}\n${namespace}\n${boot}`).digest("hex").slice(0, 12);
  } catch {
    return undefined;
  }
}

const system = systemOf(self);

/** A name beside `name` that no other call, thread or process uses, and that tells of which process it is. */
export function stagingName(name: string): string {
  const random = randomUUID().slice(0, 8);
  const owner =
    system === undefined || self.started === undefined ? "" : `-${self.pid}-${self.started}-${system}`;
  // Part of the name is enough to find it; all of it could exceed the 255 bytes that a name may have.
  return `.${[...name].slice(0, 32).join("")}.${random}${owner}.tmp`;
}

/** Whether a name is one of `stagingName` of a process of this system that is known to have ended. */
export function isOfDeadProcess(name: string): boolean {
  const [, pid, started, where] = PATTERN.exec(name) ?? [];
  if (pid === undefined || where !== system) return false;
  return !isAlive(Number(pid), started);
}
