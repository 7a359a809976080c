import type { S3Request, S3Server } from "@tvb-storage/example-s3-server";

/** What was asked of a store. */
export interface Traffic {
  readonly gets: number;
  readonly puts: number;
  readonly others: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

/** Of the requests that a server has kept since it was asked the last time. */
export function takeTraffic(server: S3Server): Traffic {
  const taken = server.requests.splice(0);
  const count = (...methods: readonly S3Request["method"][]): number =>
    taken.filter(({ method }) => methods.includes(method)).length;
  return {
    gets: count("GET", "HEAD"),
    puts: count("PUT"),
    others: count("LIST", "DELETE"),
    sentBytes: bytesOf(taken, "sentBytes"),
    receivedBytes: bytesOf(taken, "receivedBytes"),
  };
}

/** Bytes of all requests that are kept. */
export function bytesOf(requests: readonly S3Request[], kind: "sentBytes" | "receivedBytes"): number {
  return requests.reduce((total, request) => total + request[kind], 0);
}
