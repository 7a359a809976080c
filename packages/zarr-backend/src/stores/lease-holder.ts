import { quoted } from "@tvb-storage/files";
import { thisProcess } from "@tvb-storage/files/internal";

/** Who has a lease, as the object says it. */
export interface LeaseHolder {
  /** For people: `process 12 of host`. */
  readonly owner: string;
  /** Differs from that of every other holder. */
  readonly token: string;
  /** How long it lasts from the moment that the object has changed. */
  readonly leaseMs: number;
  /** Its holder has released it without finishing what it did. */
  readonly released: boolean;
}

/** How long a lease lasts that is not renewed. */
export const LEASE_MS = 30_000;
/** One that says less or more is taken for one that nobody can read. */
const MIN_MS = 100;
const MAX_MS = 10 * 60_000;

export function newHolder(leaseMs: number): LeaseHolder {
  const { host, pid } = thisProcess();
  return { owner: `process ${pid} of ${host}`, token: crypto.randomUUID(), leaseMs, released: false };
}

/** The object; it differs for each number, so that each change of it makes another version. */
export function formatHolder(holder: LeaseHolder, change: number): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ ...holder, change }));
}

/** What another program has put there is a holder, too: it may be one that is at work. */
export function parseHolder(bytes: Uint8Array): LeaseHolder {
  const { owner, token, leaseMs, released } = jsonObject(new TextDecoder().decode(bytes));
  return {
    owner: typeof owner === "string" ? quoted(owner).slice(1, -1) : "an unknown program",
    token: typeof token === "string" ? token : "",
    leaseMs: typeof leaseMs === "number" && leaseMs >= MIN_MS && leaseMs <= MAX_MS ? leaseMs : LEASE_MS,
    released: released === true,
  };
}

function jsonObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return { ...(typeof value === "object" ? value : {}) };
  } catch {
    return {};
  }
}
