import fc from "fast-check";
import { expect, it } from "vitest";
import type { Traffic } from "../groups/rule-match.ts";
import { parseCidr } from "../net/cidr.ts";
import { aclEntry } from "../world/edits.test-support.ts";
import { judgeAcl } from "./judge-acl.ts";
import { isOpenAcl } from "./open-acl.ts";
import { type ReadAcl, readAcls } from "./read-acls.ts";

const text = fc
  .tuple(
    fc.constantFrom("in", "out"),
    fc.constantFrom("allow", "allow", "allow", "deny"),
    fc.constantFrom("all", "all", "all", "tcp/80", "icmp/all"),
    fc.constantFrom("0.0.0.0/0", "0.0.0.0/0", "::/0", "10.0.0.0/8"),
  )
  .map(([way, action, traffic, cidr]) => `${way} 1 ${action} ${traffic} x ${cidr}`);
const openTexts = ["in", "out"].flatMap((way) =>
  ["0.0.0.0/0", "::/0"].map((cidr) => `${way} 1 allow all x ${cidr}`),
);
const acls = fc
  .tuple(fc.array(text, { maxLength: 3 }), fc.boolean())
  .map(([texts, isClosed]) => aclOf(isClosed ? texts : [...texts, ...openTexts]));

function aclOf(texts: readonly string[]): ReadAcl {
  const entries = texts.map((one, at) => ({ ...aclEntry(one), ruleNumber: 10 * (at + 1) }));
  const ids = { networkAclId: "acl-1", vpcId: "vpc-f", subnetIds: [], isDefault: true };
  const [read] = readAcls([{ ...ids, entries }]);
  return read;
}

it("an open ACL lets everything through", () => {
  const places = { 4: "10.1.2.3/32", 6: "2001:db8::1/128" } as const;
  let openCount = 0;
  fc.assert(
    fc.property(
      acls,
      fc.constantFrom(4 as const, 6 as const),
      fc.boolean(),
      fc.constantFrom(1, 6, 17, 47, 58),
      fc.nat(65_535),
      (acl, family, isEgress, protocol, port) => {
        if (!isOpenAcl(acl, [family])) return;
        openCount++;
        const traffic: Traffic = { family, protocol, port };
        const ports = { fromPort: 0, toPort: 65_535 };
        const within = [parseCidr(places[family])];
        expect(judgeAcl(acl, { isEgress, traffic, ports, within }).answer).toBe("yes");
      },
    ),
    { numRuns: 500 },
  );
  expect(openCount).toBeGreaterThan(50);
});

it("the one that a VPC begins with is open, for IPv6 once it has that", () => {
  const begun = ["in 100 allow all x 0.0.0.0/0", "out 100 allow all x 0.0.0.0/0"];
  expect(isOpenAcl(aclOf(begun), [4])).toBe(true);
  expect(isOpenAcl(aclOf(begun), [4, 6])).toBe(false);
  const both = [...begun, "in 101 allow all x ::/0", "out 101 allow all x ::/0"];
  expect(isOpenAcl(aclOf(both), [4, 6])).toBe(true);
  expect(isOpenAcl(aclOf(["in 90 deny tcp/22 x 0.0.0.0/0", ...begun]), [4])).toBe(false);
});
