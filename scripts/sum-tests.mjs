// Prints the sum of a vitest JSON report in one line and fails when a test failed or none ran.
import { readFileSync } from "node:fs";

const report = read(process.argv[2]);
const { numPassedTests: passed, numFailedTests, numPendingTests, numTodoTests } = report;
// A file that could not be loaded has no tests of its own and counts as one failure.
const brokenFiles = report.testResults.filter(
  (file) => file.status === "failed" && file.assertionResults.length === 0,
).length;
const failed = numFailedTests + brokenFiles;
console.log(`Tests: ${passed} passed, ${failed} failed, ${numPendingTests + numTodoTests} skipped`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

function read(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    // The runner died before it could write a report: that is a failure, not a silence.
    return {
      numPassedTests: 0,
      numFailedTests: 1,
      numPendingTests: 0,
      numTodoTests: 0,
      testResults: [],
    };
  }
}
