/** Two clocks, in milliseconds: the wall clock can be set, the other one stops while a computer sleeps. */
export interface Clock {
  wall(): number;
  steady(): number;
}

export const systemClock: Clock = { wall: () => Date.now(), steady: () => performance.now() };

/** By both clocks. */
export interface Moment {
  readonly wall: number;
  readonly steady: number;
}

export function momentOf(clock: Clock = systemClock): Moment {
  return { wall: clock.wall(), steady: clock.steady() };
}

/** At least as many milliseconds as have passed. */
export function elapsedSince({ wall, steady }: Moment, clock: Clock = systemClock): number {
  return Math.max(Math.abs(clock.wall() - wall), clock.steady() - steady);
}
