import { ERROR_CODES, type ErrorCode, TrunklineError } from "@trunkline/core";
import { expect, it } from "vitest";
import { failure } from "./failure.ts";

it("every error says what happened, what to do, and ends with the exit code of its row", () => {
  for (const code of Object.keys(ERROR_CODES) as ErrorCode[]) {
    const { lines, exitCode } = failure(new TrunklineError(code, "no way"));
    expect(lines[0]).toBe("trunkline: no way");
    expect(lines[1].length).toBeGreaterThan(10);
    expect(exitCode).toBe(ERROR_CODES[code].exitCode);
  }
});

it("an error may bring its own advice", () => {
  const error = new TrunklineError("NOT_READY", "no", { facts: { advice: "do that" } });
  expect(failure(error).lines[1]).toBe("do that");
});

it("a bug shows as one, without a stack", () => {
  const { lines, exitCode } = failure(new TypeError("x is undefined"));
  expect(lines).toEqual(["trunkline: internal error: x is undefined", "please report it"]);
  expect(exitCode).toBe(70);
});
