/** In place of a result: it cannot be had before the event loop turns, so the call has to wait for its turn. */
export const NOT_NOW: unique symbol = Symbol("not now");

export type NotNow = typeof NOT_NOW;
