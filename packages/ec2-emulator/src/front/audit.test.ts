import fc from "fast-check";
import { expect, it } from "vitest";
import { Audit, type AuditedCall } from "./audit.ts";

function callOf(requestId: string, parameters: AuditedCall["parameters"]): AuditedCall {
  return {
    atMs: 0,
    requestId,
    action: "CreateTags",
    reader: "AKID",
    invocationId: undefined,
    attempt: undefined,
    status: 200,
    code: undefined,
    latencyMs: 1,
    fault: undefined,
    changeCount: 1,
    parameters,
  };
}

const pair = fc.tuple(fc.string({ minLength: 1 }), fc.string({ maxLength: 2000 }));

it("the log keeps the last calls in order, each with no more than 4,096 characters sent", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.uniqueArray(pair, { selector: ([name]) => name }), { maxLength: 9 }),
      (limit, calls) => {
        const audit = new Audit(limit, () => true);
        for (const [n, parameters] of calls.entries()) audit.add(callOf(`r-${n}`, parameters));
        const expected = calls.map((_, n) => `r-${n}`).slice(-limit);
        expect(audit.entries().map((entry) => entry.requestId)).toEqual(expected);
        for (const [i, { parameters }] of audit.entries().entries()) {
          const sent = new Map(calls.slice(-limit)[i]);
          const kept = Object.entries(parameters);
          const length = kept.reduce((sum, [, value]) => sum + value.length, 0);
          expect(length).toBeLessThanOrEqual(4096);
          for (const [name, value] of kept) expect(sent.get(name)?.startsWith(value)).toBe(true);
          const whole = [...sent].reduce(
            (sum, [name, value]) => sum + name.length + value.length,
            0,
          );
          if (whole < 4096 && sent.size <= 100) expect(kept).toHaveLength(sent.size);
        }
      },
    ),
  );
});
