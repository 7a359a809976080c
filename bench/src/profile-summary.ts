interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}
interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface SelfTime {
  readonly where: string;
  readonly percent: number;
}

/** The functions with the most time of their own, as parts of the whole in per cent. */
export function selfTimes(json: string, count = 12): SelfTime[] {
  // As V8 writes it: https://chromedevtools.github.io/devtools-protocol/v8/Profiler/#type-Profile
  const profile = JSON.parse(json) as CpuProfile;
  const names = new Map(profile.nodes.map((node) => [node.id, nameOf(node.callFrame)]));
  const times = new Map<string, number>();
  let total = 0;
  profile.samples.forEach((id, i) => {
    const time = Math.max(0, profile.timeDeltas[i] ?? 0);
    const name = names.get(id) ?? "?";
    times.set(name, (times.get(name) ?? 0) + time);
    total += time;
  });
  return [...times]
    .map(([where, time]) => ({ where, percent: (100 * time) / (total || 1) }))
    .sort((a, b) => b.percent - a.percent)
    .slice(0, count);
}

function nameOf({ functionName, url, lineNumber }: CallFrame): string {
  const file = url.replace(/^.*\/(?:packages|node_modules)\//, "").replace(/^.*\/bench\/dist\//, "bench/");
  // Each function of the WASM module would be a line of its own; together they are HDF5.
  if (url.startsWith("wasm:")) return "HDF5 (wasm)";
  return url === "" ? functionName : `${functionName || "(anonymous)"} ${file}:${lineNumber + 1}`;
}
