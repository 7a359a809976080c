/** The way between one machine and the store, and how many requests the store answers. */
export interface Link {
  /** From a request to the first byte of its answer. */
  readonly latencySeconds: number;
  /** Of one connection. */
  readonly bytesPerSecond: number;
  /** Requests of one machine at a time. */
  readonly connections: number;
  /** Of one machine, whatever its connections. */
  readonly machineBytesPerSecond: number;
  /** Of the store, for all machines that use this hierarchy. */
  readonly getsPerSecond: number;
  readonly putsPerSecond: number;
}

/** Requests that are made at the same time, as far as there are connections. */
export interface Round {
  readonly kind: "get" | "put" | "list" | "delete";
  readonly requests: number;
  /** Of all requests. */
  readonly bytes: number;
  /** As many equal parts of it follow each other; default 1. */
  readonly parts?: number;
}

/** What something costs. Bytes are those of elements and of indexes of shards; metadata are a few thousand more. */
export interface Cost {
  readonly gets: number;
  readonly puts: number;
  /** Requests to list and to delete. */
  readonly others: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** What rounds cost that one machine does one after the other. */
export function costOf(rounds: readonly Round[], link: Link): Cost {
  const requests = (...kinds: readonly Round["kind"][]): number =>
    sum(rounds.filter(({ kind }) => kinds.includes(kind)).map((round) => round.requests));
  return {
    gets: requests("get"),
    puts: requests("put"),
    others: requests("list", "delete"),
    bytes: sum(rounds.map(({ bytes }) => bytes)),
    seconds: sum(rounds.map((round) => secondsOf(round, link))),
  };
}

/**
 * What parts cost that machines do at the same time: the slowest one says how long, or the store.
 *
 * @param turns Parts that one machine does, one after the other.
 */
export function atOnce(
  parts: readonly { readonly cost: Cost; readonly count: number }[],
  link: Link,
  turns = 1,
): Cost {
  const all = parts.map(({ cost, count }) => times(cost, count));
  const { gets, puts, ...total } = inTurn(all);
  const slowest = turns * Math.max(...parts.map(({ cost }) => cost.seconds));
  return {
    ...total,
    gets,
    puts,
    seconds: Math.max(slowest, gets / link.getsPerSecond, puts / link.putsPerSecond),
  };
}

function times({ gets, puts, others, bytes, seconds }: Cost, count: number): Cost {
  return {
    gets: gets * count,
    puts: puts * count,
    others: others * count,
    bytes: bytes * count,
    seconds: seconds * count,
  };
}

/** What is done one after the other. */
export function inTurn(costs: readonly Cost[]): Cost {
  const total = (value: (cost: Cost) => number): number => sum(costs.map(value));
  return {
    gets: total((cost) => cost.gets),
    puts: total((cost) => cost.puts),
    others: total((cost) => cost.others),
    bytes: total((cost) => cost.bytes),
    seconds: total((cost) => cost.seconds),
  };
}

/** Waves of as many requests as there are connections; or what the machine's own connection takes. */
function secondsOf({ requests, bytes, parts = 1 }: Round, link: Link): number {
  if (requests === 0) return 0;
  const waves = Math.max(1, requests / parts / link.connections);
  const oneRequest = link.latencySeconds + bytes / requests / link.bytesPerSecond;
  const wholePart = link.latencySeconds + bytes / parts / link.machineBytesPerSecond;
  return parts * Math.max(waves * oneRequest, wholePart);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
