import fc from "fast-check";
import { arbitraryWorld } from "../world/arbitrary-world.test-support.ts";
import { aclEntry } from "../world/edits.test-support.ts";
import { group } from "../world/fixture-f.test-support.ts";
import type { NetworkAcl, NetworkAclEntry } from "../world/network-acl.ts";
import type { World } from "../world/world.ts";

// The small worlds, with their interfaces spread over two subnets that have an ACL each.

const text = fc
  .tuple(
    fc.constantFrom("in", "out"),
    fc.constantFrom("allow", "allow", "deny"),
    fc.constantFrom(
      "all",
      "all",
      "tcp/all",
      "tcp/80",
      "tcp/80-443",
      "tcp/1024-65535",
      "tcp/32768-50000",
      "udp/all",
      "icmp/all",
      "icmp/0",
      "icmpv6/all",
      "47",
    ),
    fc.constantFrom(
      "0.0.0.0/0",
      "0.0.0.0/0",
      "::/0",
      "10.0.1.12/31",
      "10.0.1.20/32",
      "2001:db8::/64",
    ),
  )
  .map(([way, action, traffic, cidr]) => `${way} 1 ${action} ${traffic} x ${cidr}`);

/** Entries of one ACL, numbered 10, 20, 30 and so on; mostly open ones. */
const entries: fc.Arbitrary<readonly NetworkAclEntry[]> = fc
  .array(text, { maxLength: 8 })
  .chain((texts) => fc.constantFrom([...texts, ...openTexts], [...texts, ...openTexts], texts))
  .map((texts) => texts.map((one, at) => ({ ...aclEntry(one), ruleNumber: 10 * (at + 1) })));

const openTexts = ["in", "out"].flatMap((way) =>
  ["0.0.0.0/0", "::/0"].map((cidr) => `${way} 1 allow all x ${cidr}`),
);

const twoAcls = fc.tuple(entries, entries).map((both): readonly NetworkAcl[] =>
  both.map((own, at) => ({
    networkAclId: `acl-${at}`,
    vpcId: "vpc-f",
    subnetIds: [`subnet-${at}`],
    isDefault: false,
    entries: own,
  })),
);

/** A small world of two subnets with an ACL each; an interface is in one of them. */
export const arbitraryAclWorld: fc.Arbitrary<World> = fc
  .tuple(arbitraryWorld, twoAcls, fc.array(fc.nat(1), { minLength: 7, maxLength: 7 }), fc.nat(3))
  .map(([anyWorld, networkAcls, places, openness]) => {
    const world = openness > 0 ? withOpenGroups(anyWorld) : anyWorld;
    const interfaces = world.interfaces.map((eni, at) => {
      return { ...eni, subnetId: `subnet-${places[at]}` };
    });
    return { ...world, networkAcls, interfaces };
  });

// Else groups refuse so much that ACLs have little to say.
function withOpenGroups(world: World): World {
  const open = group("sg-open", [
    "in all from 0.0.0.0/0",
    "in all from ::/0",
    "out all to 0.0.0.0/0",
    "out all to ::/0",
  ]);
  const interfaces = world.interfaces.map((eni) => {
    return { ...eni, groupIds: [...eni.groupIds, open.groupId] };
  });
  return { ...world, groups: [...world.groups, open], interfaces };
}

/** Changes every entry of every ACL. */
export function withEntries(
  world: World,
  edit: (entry: NetworkAclEntry) => readonly NetworkAclEntry[],
): World {
  const networkAcls = (world.networkAcls ?? []).map((acl) => {
    return { ...acl, entries: acl.entries.flatMap(edit) };
  });
  return { ...world, networkAcls };
}
