import { Readable, Writable } from "node:stream";
import { promises as timers } from "node:timers";
import type { SourceStream, TargetStream } from "./project-call.js";

/** Milliseconds between the chunks of a slow stream. */
const SLOW_MS = 2;

/** A stream that collects what is written to it. */
export interface Target {
  readonly stream: Writable;
  text(): string;
}

export async function sourceOf({ gives, last, slow, used }: SourceStream): Promise<Readable> {
  async function* chunks(): AsyncGenerator<unknown> {
    for (const chunk of gives) {
      if (slow === true) await timers.setTimeout(SLOW_MS);
      yield typeof chunk === "string" ? chunk : "odd" in chunk ? chunk : Uint8Array.from(chunk);
    }
    if (last === "fails") throw new Error("the line went dead");
  }
  const stream = Readable.from(chunks());
  if (used === true) await closed(stream.destroy());
  return stream;
}

export async function targetOf({ failsAt, slow, used }: TargetStream): Promise<Target> {
  const parts: Uint8Array[] = [];
  let chunks = 0;
  const stream = new Writable({
    highWaterMark: 3,
    write(chunk: Uint8Array, _encoding, done) {
      chunks += 1;
      const error = chunks === failsAt ? new Error("nobody listens any more") : null;
      if (error === null) parts.push(chunk);
      setTimeout(() => done(error), slow === true ? SLOW_MS : 0);
    },
  });
  // An error without a listener would end the process.
  stream.on("error", () => undefined);
  if (used === true) await closed(stream.end());
  // Chunks are kept as they came, so one that is written over later shows.
  return { stream, text: () => Buffer.concat(parts).toString("latin1") };
}

function closed(stream: Readable | Writable): Promise<void> {
  return stream.closed ? Promise.resolve() : new Promise((resolve) => stream.once("close", resolve));
}

/** What is wrong with the streams after a call; undefined where they are as the contract says. */
export async function whatBecame(
  from: string | Readable,
  to: string | Target,
  failed: boolean,
): Promise<string | undefined> {
  await timers.setTimeout(0);
  if (!failed) {
    if (typeof to !== "string" && !to.stream.writableFinished) return "the stream to write to was not ended";
    return undefined;
  }
  if (typeof from !== "string" && !from.destroyed)
    return "the stream to read was not destroyed by the failure";
  if (typeof to !== "string" && !to.stream.destroyed && !to.stream.writableEnded)
    return "the stream to write to was not destroyed by the failure";
  return undefined;
}
