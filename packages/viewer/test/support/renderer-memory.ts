import { readdirSync, readFileSync } from "node:fs";

/**
 * Bytes of memory that the largest page of this process's browsers takes, as Linux counts it: its own, and its share of
 * what it has in common with others (Pss).
 */
export function rendererBytes(): number {
  const sizes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((id) => read(id, "cmdline").includes("--type=renderer") && isBelow(id, process.pid))
    .map((id) => 1024 * Number(/^Pss:\s+(\d+) kB/m.exec(read(id, "smaps_rollup"))?.[1] ?? 0));
  if (sizes.length === 0) throw new Error("no browser of this process shows a page");
  return Math.max(...sizes);
}

function isBelow(id: string, ancestor: number): boolean {
  for (let at = id; at !== "" && at !== "0"; at = /^PPid:\s+(\d+)/m.exec(read(at, "status"))?.[1] ?? "")
    if (Number(at) === ancestor) return true;
  return false;
}

/** A file of a process; empty where it has ended. */
function read(id: string, name: string): string {
  try {
    return readFileSync(`/proc/${id}/${name}`, "utf8");
  } catch {
    return "";
  }
}
