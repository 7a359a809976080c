import type { S3Server } from "@tvb-storage/example-s3-server";
import Table from "cli-table3";
import { bytesText, timeText } from "./cost-model/units.js";
import { type Traffic, takeTraffic } from "./requests.js";

/** What one step took. */
interface Step {
  readonly name: string;
  readonly seconds: number;
  readonly traffic: Traffic;
  /** The most memory of each of its processes, in bytes. */
  readonly peaks: readonly number[];
}

/** Measures steps that follow each other. */
export class Steps {
  readonly #steps: Step[] = [];

  constructor(private readonly server: S3Server) {}

  /** @param peaksOf The most memory of each process of the step, from its result. */
  async measure<T>(
    name: string,
    work: () => Promise<T>,
    peaksOf: (result: T) => readonly number[],
  ): Promise<T> {
    takeTraffic(this.server);
    const started = performance.now();
    const result = await work();
    const seconds = (performance.now() - started) / 1000;
    this.#steps.push({ name, seconds, traffic: takeTraffic(this.server), peaks: peaksOf(result) });
    return result;
  }

  /** A table of all of them. */
  summary(colours: boolean): string {
    const style = colours ? { compact: true } : { compact: true, head: [], border: [] };
    const head = [
      "step",
      "time",
      "GET",
      "PUT",
      "other",
      "from the store",
      "to the store",
      "memory of each process",
    ];
    const table = new Table({ head, style });
    for (const { name, seconds, traffic, peaks } of this.#steps)
      table.push([
        name,
        timeText(seconds),
        traffic.gets,
        traffic.puts,
        traffic.others,
        bytesText(traffic.sentBytes),
        bytesText(traffic.receivedBytes),
        peaks.map(bytesText).join(", "),
      ]);
    return table.toString();
  }
}
