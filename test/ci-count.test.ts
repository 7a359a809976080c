import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
// @ts-expect-error plain JavaScript, which needs no build before CI runs it
import { addUp, failuresOf, ofStep, ofVitest } from "../scripts/ci-count.mjs";

let report = "";

beforeEach(async () => {
  report = join(await mkdtemp(join(tmpdir(), "ci-count-")), "report.json");
});

afterEach(() => rm(join(report, ".."), { recursive: true }));

async function written(counts: Record<string, number>): Promise<string> {
  await writeFile(
    report,
    JSON.stringify({ numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, ...counts }),
  );
  return report;
}

test("counts passed, failed and skipped tests of a run", async () => {
  const file = await written({ numPassedTests: 7, numFailedTests: 2, numPendingTests: 3, numTodoTests: 1 });
  expect(ofVitest(file, 1)).toEqual({ passed: 7, failed: 2, skipped: 4 });
});

test("a run that failed without a failed test is one failure", async () => {
  expect(ofVitest(await written({ numPassedTests: 7 }), 1)).toEqual({ passed: 7, failed: 1, skipped: 0 });
});

test("a run that ended before its report is one failure", () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  expect(ofVitest(report, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(log).toHaveBeenCalledOnce();
});

test("steps count as one each, and all is added up", () => {
  const counts = [ofStep(true), ofStep(false), { passed: 5, failed: 0, skipped: 2 }];
  expect(addUp(counts)).toEqual({ passed: 6, failed: 1, skipped: 2 });
});

test("names what failed, with the first line of why", async () => {
  await writeFile(
    report,
    JSON.stringify({
      testResults: [
        {
          name: "/a.test.ts",
          message: "",
          assertionResults: [
            { status: "passed", fullName: "adds", failureMessages: [] },
            {
              status: "failed",
              fullName: "a sum > is right",
              failureMessages: ["Error: 1 is not 2\n  at a.ts"],
            },
          ],
        },
        { name: "/b.test.ts", message: "cannot be loaded\n  at b.ts", assertionResults: [] },
      ],
    }),
  );
  expect(failuresOf(report)).toEqual([
    "/a.test.ts: a sum > is right: Error: 1 is not 2",
    "/b.test.ts: the file: cannot be loaded",
  ]);
});
