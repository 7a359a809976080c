/** Random choices. */
export interface Chance {
  /** A whole number from `min` to `max`. */
  int(min: number, max: number): number;
}

/** Choices made of random numbers. */
export class Chances {
  constructor(protected readonly chance: Chance) {}

  protected is(oneIn: number): boolean {
    return this.chance.int(1, oneIn) === 1;
  }

  protected pick<T>(list: readonly T[]): T {
    const index = this.chance.int(0, list.length - 1);
    return list[index] as T; // a list is not empty
  }

  protected maybe<K extends string, V>(oneIn: number, key: K, value: () => V): Partial<Record<K, V>> {
    return this.is(oneIn) ? ({ [key]: value() } as Partial<Record<K, V>>) : {}; // one key
  }
}
