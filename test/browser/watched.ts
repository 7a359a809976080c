// Of programs of pages: how long the page did nothing else while it worked.

/** What `watched` gives. */
export interface Watched {
  readonly result: unknown;
  /** The longest time in ms that a message to the page itself had to wait. */
  readonly stall: number;
}

/** A loose bound of `stall`, for a machine that does other work too; a quiet one needs less than a tenth of it. */
export const MAX_STALL_MS = 1000;

export const WATCHED = `
async function watched(work) {
  const { port1, port2 } = new MessageChannel();
  let stall = 0;
  let last = performance.now();
  port1.onmessage = () => {
    const now = performance.now();
    stall = Math.max(stall, now - last);
    last = now;
    port2.postMessage(0);
  };
  port2.postMessage(0);
  const result = await work();
  stall = Math.max(stall, performance.now() - last);
  port1.close();
  return { result, stall };
}
`;
