import { describe, expect, it } from "vitest";
import { group } from "../world/fixture-f.test-support.ts";
import { countRules } from "./quotas.ts";

const list = (prefixListId: string, name: string, cidrs: readonly string[]) =>
  [prefixListId, { prefixListId, name, maxEntries: 20, cidrs }] as const;
const references = {
  groups: new Map(),
  prefixLists: new Map([
    list("pl-4", "offices", ["10.1.0.0/16"]),
    list("pl-6", "offices-6", ["2001:db8::/32"]),
    list("pl-0", "empty", []),
    list("pl-cf", "com.amazonaws.global.cloudfront.origin-facing", ["13.32.0.0/15"]),
    list("pl-s3", "com.amazonaws.us-west-2.s3", ["52.92.0.0/17"]),
  ]),
};

// EC2 reference 4.4: families are counted apart, R53: a prefix list counts as its max entries.
describe("a rule counts", () => {
  it.each([
    ["one in its family", "in tcp/1 from 10.0.0.0/8", 1, 0],
    ["one in IPv6", "in tcp/1 from ::/0", 0, 1],
    ["one in both for a group", "in tcp/1 from sg-app", 1, 1],
    ["its maximal size for a list", "in tcp/1 from pl-4", 20, 0],
    ["in the family of its list", "in tcp/1 from pl-6", 0, 20],
    ["in both for an empty list", "in tcp/1 from pl-0", 20, 20],
    ["the published weight of CloudFront", "in tcp/1 from pl-cf", 55, 0],
    ["one for S3", "in tcp/1 from pl-s3", 1, 0],
    ["one in both for an unknown list", "in tcp/1 from pl-9", 1, 1],
  ])("%s", (_fact, text, ipv4, ipv6) => {
    const counts = countRules(group("sg-app", [text]), references);
    expect(counts).toEqual({ ingress: { ipv4, ipv6 }, egress: { ipv4: 0, ipv6: 0 } });
  });

  it("in its direction, and adds up", () => {
    const texts = ["out all to ::/0", "out all to 0.0.0.0/0", "out tcp/1 to sg-db"];
    expect(countRules(group("sg-app", texts), references)).toEqual({
      ingress: { ipv4: 0, ipv6: 0 },
      egress: { ipv4: 2, ipv6: 2 },
    });
  });
});
