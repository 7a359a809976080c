// How many checks passed, failed and were skipped.
import { readFileSync } from "node:fs";

/** A step that is no test run counts as one check. */
export function ofStep(hasPassed) {
  return { passed: hasPassed ? 1 : 0, failed: hasPassed ? 0 : 1, skipped: 0 };
}

/** The counts of a report that vitest's JSON reporter wrote; a run that failed without a failed test counts as one. */
export function ofVitest(reportFile, exitCode) {
  let report;
  try {
    report = JSON.parse(readFileSync(reportFile, "utf8"));
  } catch (error) {
    // A run without any test files writes no report, and that is no failure.
    if (exitCode !== 0) console.log(`no test report: ${error.message}`);
    return { passed: 0, failed: exitCode === 0 ? 0 : 1, skipped: 0 };
  }
  const failed = report.numFailedTests;
  return {
    passed: report.numPassedTests,
    failed: exitCode !== 0 && failed === 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** The failed tests of such a report, a line each, with the first line of why. */
export function failuresOf(reportFile) {
  let report;
  try {
    report = JSON.parse(readFileSync(reportFile, "utf8"));
  } catch {
    return []; // `ofVitest` says so
  }
  return report.testResults.flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === "failed");
    const lines = failed.map(({ fullName, failureMessages }) => [fullName, failureMessages[0]]);
    // A file that cannot be loaded has no tests.
    if (assertionResults.length === 0 && message !== "") lines.push(["the file", message]);
    return lines.map(([what, why = ""]) => `${name}: ${what}: ${why.split("\n", 1)[0]}`);
  });
}

export function addUp(counts) {
  const sum = (key) => counts.reduce((total, count) => total + count[key], 0);
  return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
}

export function inWords({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
