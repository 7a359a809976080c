import { describe, expect, it } from "vitest";
import { costReport } from "../src/cost-model/cost-report.js";

const SERIES = ["--shape", "1000,1,100,1", "--chunks", "100,1,100,1"];

/** The cells of the row of a report that begins with a name. */
function row(report: string, name: string): string[] {
  const line = report.split("\n").find((each) => each.startsWith(`| ${name} |`)) ?? "";
  return line.split("|").map((cell) => cell.trim());
}

describe("the report of costs", () => {
  it("is of a series of one's own", () => {
    const report = costReport([...SERIES, "--latency-ms", "50", "--workers", "1,20"]);
    expect(row(report, "first byte of an answer after")[2]).toBe("50 ms");
    // 80 kB in each of ten chunks; a region is one element in a hundred, so chunks are fetched whole.
    const [, , objects, , , region, time] = row(report, "yours");
    expect(objects).toBe("10 of 80 kB");
    expect(region).toMatch(/^12, 800 kB, /);
    expect(time).toMatch(/^3, 800 B, /);
    expect(report).toContain("| 1 worker | 20 workers |");
  });

  it("takes the ratio of compression, of which no part can be read", () => {
    const [, , objects, , , , time] = row(costReport([...SERIES, "--ratio", "0.5"]), "yours");
    expect(objects).toBe("10 of 40 kB");
    expect(time).toMatch(/^3, 40 kB, /);
  });

  it("takes shards", () => {
    const report = costReport([...SERIES, "--shards", "500,1,100,1", "--item-bytes", "4"]);
    expect(row(report, "yours")[2]).toBe("2 of 200 kB");
  });

  it("is of the documented series without one, and says what it takes", () => {
    expect(costReport([])).toContain("access 1 PB");
    expect(costReport(["--help"])).toContain("usage:");
  });

  it.each([
    [["--chunks", "1,1,1,1"], "--chunks needs --shape"],
    [["--shape", "10,1,1,1"], "--chunks is missing"],
    [["--shape", "10,1", "--chunks", "1,1"], "--shape has 2 lengths, not 4"],
    [["--shape", "10,1,1,1", "--chunks", "1,1"], "--chunks has 2 lengths, not 4"],
    [[...SERIES, "--shards", "150,1,100,1"], "not made of whole --chunks"],
    [[...SERIES, "--ratio", "0"], '--ratio needs a number above 0, not "0"'],
    [["--shape", "10,x,1,1", "--chunks", "1,1,1,1"], "--shape needs whole numbers above 0"],
    [["--speed", "3"], "--speed"],
  ])("refuses %j", (args, message) => {
    expect(() => costReport(args)).toThrow(message);
  });
});
