import fc from "fast-check";
import { expect, it } from "vitest";
import { Account } from "./account.ts";
import { History, laggedView } from "./lagged.ts";
import { DEFAULT_QUOTAS } from "./settings.ts";

function open() {
  const account = new Account({
    region: "us-west-2",
    accountId: "111122223333",
    quotas: DEFAULT_QUOTAS,
    stateScale: 0,
    detachedVisibleMs: 0,
  });
  return { account, history: new History() };
}

const step = fc.tuple(fc.constantFrom("sg-a", "sg-b"), fc.option(fc.nat(3), { nil: undefined }));

it("a reader that lags by a fixed time sees the account as it was that long ago", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), fc.nat(8), fc.nat(30), (steps, lag, nowMs) => {
      const { account, history } = open();
      const pictures = [picture(account.groups)];
      for (const [atMs, [id, version]] of steps.entries()) {
        if (version === undefined) account.groups.delete(id);
        else {
          account.groups.put({
            id,
            name: `v${version}`,
            description: "",
            vpcId: `vpc-${version}`,
            ownerId: "o",
            tags: {},
          });
        }
        history.add(account.commit(), atMs);
        pictures.push(picture(account.groups));
      }
      const now = Math.max(nowMs, steps.length);
      const view = laggedView(account.tables, history, { name: "r", nowMs: now, lagOf: () => lag });
      const seen = Math.min(steps.length, Math.max(0, now - lag + 1));
      expect(picture(view.groups)).toEqual(pictures[seen]);
      for (const version of [0, 1, 2, 3]) {
        const scan = [...view.groups.all()].filter((row) => row.vpcId === `vpc-${version}`);
        expect([...view.groups.by("vpc-id", `vpc-${version}`)]).toEqual(scan);
        const [first] = scan;
        if (first === undefined) continue;
        const after = view.groups.sequenceOf(first.id);
        expect([...view.groups.by("vpc-id", `vpc-${version}`, after)]).toEqual(scan.slice(1));
      }
    }),
  );
});

function picture(groups: { all(): Iterable<{ readonly id: string; readonly name: string }> }) {
  return [...groups.all()].map((row) => `${row.id} ${row.name}`).sort();
}
