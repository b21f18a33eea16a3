import type { AssertionResult } from "../assertions.ts";
import { escapeXml } from "./escape.ts";

/**
 * Results of assertions in the XML that CI systems read: a test case each; what did not pass is a
 * failure, what could not be judged an error. Without times, so that the same results give the
 * same bytes.
 */
export function junitXml(results: readonly AssertionResult[], suite = "trunkline"): string {
  const count = (outcomes: readonly AssertionResult["outcome"][]) =>
    results.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const counts = [
    `tests="${results.length}"`,
    `failures="${count(["failed", "unknown"])}"`,
    `errors="${count(["error"])}"`,
  ].join(" ");
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `<testsuite name="${escapeXml(suite)}" ${counts}>`,
    ...results.map(caseOf),
    "</testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function caseOf({ name, expected, outcome, message }: AssertionResult): string {
  const open = `<testcase classname="${expected}" name="${escapeXml(name)}"`;
  if (outcome === "passed") return `${open}/>`;
  const tag = outcome === "error" ? "error" : "failure";
  return `${open}><${tag} type="${outcome}" message="${escapeXml(message)}"/></testcase>`;
}
