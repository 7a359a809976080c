interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: CallFrame;
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface FunctionTime {
  readonly where: string;
  readonly percent: number;
}
export interface ProfileSummary {
  /** In the function itself. */
  readonly self: readonly FunctionTime[];
  /** In a function of our packages or what it called, synchronously. */
  readonly total: readonly FunctionTime[];
}

/** The time of the profiler's own commands, which is not part of the work. */
const PROFILER = "dispatch";

/** The functions with the most time, as parts of the whole in per cent. */
export function summarise(json: string, count = 12): ProfileSummary {
  // As V8 writes it: https://chromedevtools.github.io/devtools-protocol/v8/Profiler/#type-Profile
  const profile = JSON.parse(json) as CpuProfile;
  const names = new Map(profile.nodes.map((node) => [node.id, nameOf(node.callFrame)]));
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])),
  );
  const self = new Map<string, number>();
  const total = new Map<string, number>();
  let whole = 0;
  profile.samples.forEach((id, i) => {
    const time = Math.max(0, profile.timeDeltas[i] ?? 0);
    const own = names.get(id) ?? "?";
    if (own === PROFILER) return;
    whole += time;
    add(self, own, time);
    for (const name of callers(id, parents, names)) if (isOurs(name)) add(total, name, time);
  });
  const top = (times: Map<string, number>) =>
    [...times]
      .map(([where, time]) => ({ where, percent: (100 * time) / (whole || 1) }))
      .sort((a, b) => b.percent - a.percent)
      .slice(0, count);
  return { self: top(self), total: top(total) };
}

/** The names on the stack, each once, also for a recursive function. */
function callers(
  id: number,
  parents: ReadonlyMap<number, number>,
  names: ReadonlyMap<number, string>,
): Set<string> {
  const found = new Set<string>();
  for (let at: number | undefined = id; at !== undefined; at = parents.get(at))
    found.add(names.get(at) ?? "?");
  return found;
}

function add(times: Map<string, number>, name: string, time: number): void {
  times.set(name, (times.get(name) ?? 0) + time);
}

function isOurs(name: string): boolean {
  return /(core|h5-backend|xml-meta|zip)\/dist\//.test(name);
}

function nameOf({ functionName, url, lineNumber }: CallFrame): string {
  const file = url.replace(/^.*\/(?:packages|node_modules)\//, "").replace(/^.*\/bench\/dist\//, "bench/");
  // All functions of the WASM module are counted together as HDF5.
  if (url.startsWith("wasm:")) return "HDF5 (wasm)";
  return url === "" ? functionName : `${functionName || "(anonymous)"} ${file}:${lineNumber + 1}`;
}
