import { expect, it } from "vitest";
import { auditLines, countsText, dumpCounts, faultLines } from "./emulator.ts";

it("a table of faults shows what each was told, without what all of them have", () => {
  const always = { actions: ["*"], probability: 1 };
  const faults = [
    { id: "fault-1", fault: { kind: "deny", ...always, count: 2 }, sinceMs: 0, hits: 1 },
    { id: "fault-2", fault: { kind: "error", ...always }, sinceMs: 0, hits: 0 },
    {
      id: "fault-3",
      fault: { kind: "deny", actions: ["A", "B*"], unlessTag: { key: "k" } },
      sinceMs: 1e300,
      hits: 0,
    },
  ];
  expect(faultLines(faults)).toEqual([
    "ID       KIND   SINCE                     CALLS  WITH",
    "fault-1  deny   1970-01-01T00:00:00.000Z  1      count=2",
    "fault-2  error  1970-01-01T00:00:00.000Z  0      -",
    'fault-3  deny   1e+300 ms                 0      actions=A,B* unlessTag={"key":"k"}',
  ]);
});

it("a table of calls has one line for each, whatever the caller named itself", () => {
  const call = { atMs: 0, action: "CreateTags", status: 200, latencyMs: 1.6 };
  const entries = [
    { ...call, reader: "evil\n\u001b[2J" },
    {
      ...call,
      reader: "AKIA",
      status: 403,
      code: "UnauthorizedOperation",
      fault: "deny",
      attempt: 2,
    },
  ];
  expect(auditLines({ total: 9, entries })).toEqual([
    "TIME                      ACTION      STATUS  OUTCOME                MS  TRY  FAULT  CALLER",
    "1970-01-01T00:00:00.000Z  CreateTags  200     ok                     2   -    -      evil??[2J",
    "1970-01-01T00:00:00.000Z  CreateTags  403     UnauthorizedOperation  2   2    deny   AKIA",
  ]);
});

it("a dump is counted by its lists, and an empty account is said to be one", () => {
  expect(countsText(dumpCounts({ Vpcs: [1, 2], Subnets: [], Addresses: [1] }))).toBe(
    "2 Vpcs, 1 Addresses",
  );
  expect(countsText(dumpCounts({ Vpcs: [] }))).toBe("an empty account");
});
