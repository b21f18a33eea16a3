import { expect } from "vitest";

/** Fails when a text for people has a stack trace or the word for a bug in it. */
export function saysNoStack(text: string): void {
  expect(text).not.toMatch(/^\s+at .*[/(].*:\d+:\d+/m);
  expect(text).not.toContain("node:internal");
  expect(text).not.toMatch(/\bTypeError\b|\bReferenceError\b|internal error/);
}
