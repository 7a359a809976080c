import { afterAll, beforeAll, describe, it } from "vitest";
import { startTestServer, type TestServer } from "../s3/s3-server.ts";
import { failEachRequest } from "./each-fault.ts";
import { faultsInTurn, s3Place } from "./s3-place.ts";
import { CHANGES, READS, REGION } from "./scenarios.ts";

let test: TestServer;
beforeAll(async () => {
  test = await startTestServer({ keepRequests: false });
});
afterAll(() => test.server.close());

const faultsOf = faultsInTurn();
/** With what differs most from the others. */
const SOME = [
  ...CHANGES.filter(({ name }) => /first|new group|rows|removed|overwritten d/.test(name)),
  ...READS,
  REGION,
];

describe("where any request to S3 fails", () => {
  it.each(SOME)("$name is stored as a whole or not at all", async (scenario) => {
    await failEachRequest(
      { format: 3, makePlace: (fault) => s3Place(test, fault), faultsOf, isWatched: false },
      scenario,
    );
  });

  it("so it is in version 2, and without a lease", async () => {
    const [rows] = SOME.filter(({ name }) => name === "an overwritten dataset");
    if (rows === undefined) throw new Error("there is no such scenario");
    for (const format of [2, 3] as const)
      await failEachRequest(
        {
          format,
          makePlace: (fault) => s3Place(test, fault, format === 3 ? { lock: "none" } : {}),
          faultsOf,
          isWatched: false,
        },
        rows,
      );
  });
});
