/**
 * Runs `work` while every object inherits an enumerable property, which some
 * libraries cause. Only own properties are options or metadata.
 */
export async function withPollutedPrototype<T>(work: () => Promise<T>): Promise<T> {
  Object.defineProperty(Object.prototype, "polluted", { value: 1, enumerable: true, configurable: true });
  try {
    return await work();
  } finally {
    delete (Object.prototype as { polluted?: number }).polluted; // defined above
  }
}
