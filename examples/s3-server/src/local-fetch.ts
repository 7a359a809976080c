import type { Answer, ClientRequest } from "./answer.js";
import type { RequestFate } from "./requests.js";

/** The part of `fetch` that is served. */
export type LocalFetch = (
  url: string,
  init?: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: Uint8Array;
    readonly signal?: AbortSignal;
  },
) => Promise<Response>;

const SLOW_MS = 20;
export const UNANSWERED: ReadonlySet<RequestFate> = new Set(["cut", "hang", "lost", "stuck"]);

/** An answer once it is time for it, counted. Of one that is not sent nothing is read. */
export async function settled(answer: Answer): Promise<Answer> {
  const { asked, body, fate, headers, status } = answer;
  if (fate === "slow") await new Promise((done) => setTimeout(done, SLOW_MS));
  if (UNANSWERED.has(fate) && typeof body === "object") body.destroy();
  if (asked !== undefined && !UNANSWERED.has(fate)) {
    asked.status = status;
    asked.sentBytes = asked.method === "HEAD" ? 0 : Number(headers["Content-Length"] ?? 0);
  }
  return answer;
}

/** Requests without a network, with the same signatures and answers. */
export function localFetch(answer: (request: ClientRequest) => Promise<Answer>): LocalFetch {
  return async (address, { method = "GET", headers = {}, body, signal } = {}) => {
    const { host, pathname, search } = new URL(address);
    const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
    const request: ClientRequest = {
      method,
      url: pathname + search,
      headers: { host, ...Object.fromEntries(named) },
      async *[Symbol.asyncIterator]() {
        if (body !== undefined) yield body;
      },
    };
    signal?.throwIfAborted();
    const given = await settled(await answer(request));
    if (given.fate === "hang" || given.fate === "stuck")
      await new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    if (UNANSWERED.has(given.fate)) throw new TypeError("fetch failed: the connection was closed");
    const parts = typeof given.body === "object" ? await given.body.toArray() : [];
    const content = typeof given.body === "string" ? given.body : Buffer.concat(parts);
    const isEmpty = given.status === 204 || given.status === 304;
    const init = { status: given.status, headers: Object.entries(given.headers).map(pairOfTexts) };
    return new Response(isEmpty ? null : content, init);
  };
}

function pairOfTexts([name, value]: [string, string | number]): [string, string] {
  return [name, String(value)];
}
