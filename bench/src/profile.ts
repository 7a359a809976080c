import { Session } from "node:inspector/promises";

/** Runs `work` under V8's sampling profiler and gives the content of a .cpuprofile file, of that work alone. */
export async function profiled(work: () => unknown): Promise<string> {
  const session = new Session();
  session.connect();
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.setSamplingInterval", { interval: 200 });
    await session.post("Profiler.start");
    await work();
    const { profile } = await session.post("Profiler.stop");
    return JSON.stringify(profile);
  } finally {
    session.disconnect();
  }
}
