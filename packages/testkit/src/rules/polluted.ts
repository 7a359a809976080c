/**
 * Runs `work` while every object has an enumerable property more than its own,
 * as after a careless library. Only own keys are options, metadata and the like.
 */
export async function withPollutedPrototype<T>(work: () => Promise<T>): Promise<T> {
  Object.defineProperty(Object.prototype, "polluted", { value: 1, enumerable: true, configurable: true });
  try {
    return await work();
  } finally {
    delete (Object.prototype as { polluted?: number }).polluted; // defined above
  }
}
