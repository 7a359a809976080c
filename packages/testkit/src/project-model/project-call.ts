import type { CopyOptions, ProjectStructure } from "@tvb-storage/core";

/** Contents are given by their size, or as text. */
export type Content = number | string;

/** A stream to read from, as data. */
export interface SourceStream {
  /** What it gives; texts as texts, lists as bytes, anything else as an object. */
  readonly gives: readonly (string | readonly number[] | { readonly odd: true })[];
  /** What comes last; default: the end. */
  readonly last?: "fails";
  /** Waits before each chunk. */
  readonly slow?: true;
  /** Destroyed before the call. */
  readonly used?: true;
}

/** A stream to write to, as data. */
export interface TargetStream {
  readonly takes: "all";
  /** Fails at the n-th chunk, counted from 1. */
  readonly failsAt?: number;
  readonly slow?: true;
  /** Ended before the call. */
  readonly used?: true;
}

/** Options of `copyFile`, as data. */
export interface CopySettings extends Pick<CopyOptions, "destPostfix" | "bufferSize"> {
  /** The signal is aborted before the call, or when so many bytes are reported. */
  readonly abort?: "before" | number;
  /** What its listener does at the first call; default: it is there and takes notes. */
  readonly listener?: "throws";
}

type CopyArguments = readonly [
  source: string | SourceStream,
  dest: string | TargetStream,
  options?: CopySettings,
];

/** Calls of the file system that fail. */
export interface CallFault {
  /** Kinds of calls: `"rename"`, `"write"`. */
  readonly calls: readonly string[];
  /** Only those with a path whose last part is this. */
  readonly name?: string;
  /** The call that fails, counted from 1; default every one. */
  readonly at?: number;
  readonly errno: "EIO" | "ENOSPC" | "EACCES" | "EXDEV";
}

interface Circumstances {
  readonly faults?: readonly CallFault[];
  /** `isSyncing` says yes: at every question, or from the second on. */
  readonly syncing?: "always" | "later";
  /** Which of two layouts on the same storage root is called; default the first. */
  readonly by?: "second";
}

/** One call of a sequence, as data: it can be run, predicted, shrunk and printed. */
export type ProjectCall = {
  [M in keyof ProjectStructure]: Circumstances & {
    readonly method: M;
    readonly args: M extends "copyFile" ? CopyArguments : Readonly<Parameters<ProjectStructure[M]>>;
  };
}[keyof ProjectStructure];

/** What is there before the first call. */
export type Put =
  | { readonly put: "folder"; readonly path: string; readonly mode?: number }
  | { readonly put: "file"; readonly path: string; readonly content: Content; readonly mode?: number }
  | { readonly put: "link"; readonly path: string; readonly target: string }
  | { readonly put: "hardLink"; readonly path: string; readonly existing: string };

export type Step = Put | ProjectCall;

/** The modification time of everything that was put, in seconds. */
export const PUT_TIME = 1_000_000_000;

/** The bytes of a file that was put, each as the character of that code. */
export function contentText(content: Content): string {
  if (typeof content === "string") return Buffer.from(content).toString("latin1");
  return Buffer.from(Uint8Array.from({ length: content }, (_, i) => (i * 7 + content) % 251)).toString(
    "latin1",
  );
}

/** The bytes that a stream gives. */
export function streamText({ gives }: SourceStream): string {
  const chunks = gives.map((chunk) =>
    typeof chunk === "string" ? Buffer.from(chunk) : Buffer.from("odd" in chunk ? [] : chunk),
  );
  return Buffer.concat(chunks).toString("latin1");
}

/** With the names of folders in braces, at the beginning of texts, exchanged for their paths: `"{root}/a"`. */
export function expanded<T>(data: T, folders: ReadonlyMap<string, string>): T {
  const walk = (value: unknown): unknown => {
    if (typeof value === "string") {
      const [whole, name] = /^\{([^}]+)\}/.exec(value) ?? [];
      const folder = name === undefined ? undefined : folders.get(name);
      return whole === undefined || folder === undefined ? value : folder + value.slice(whole.length);
    }
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
      return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
  };
  return walk(data) as T; // the same structure
}
