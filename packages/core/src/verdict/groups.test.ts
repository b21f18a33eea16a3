import { addEni, type Edit, eniParts, route, rules } from "../world/edits.test-support.ts";
import { networkInterface } from "../world/fixture-f.test-support.ts";
import { verdictTable } from "./verdict-table.test-support.ts";

// EC2 reference 6.1 and 6.2 on whole paths: from shop/api (10.0.1.101, sg-app) to db1 (10.0.1.50).

const out = rules("sg-app", "out all to 0.0.0.0/0", "out all to ::/0");
const db = (...texts: readonly string[]) => rules("sg-db", ...texts);
const pair = ["shop/api", "db1"] as const;
const both = (suffix: string) => [`10.0.1.${suffix}`, `2001:db8::${suffix}`];
const dual = eniParts("eni-api", { addresses: both("101") });
const dualDb = eniParts("eni-db1", { addresses: both("50") });

verdictTable("the effective rule set (EC2 reference 6.1)", {}, [
  [
    "union over groups",
    ...pair,
    "tcp/22",
    "ALLOW",
    out,
    db(),
    withDbGroups("sg-db", "sg-ssh"),
    ssh(),
  ],
  ["empty set = deny", ...pair, "tcp/22", "DENY", out, db()],
  ["no group at all = deny", ...pair, "tcp/5432", "DENY", withDbGroups()],
  [
    "a narrower rule never restricts a broader one",
    ...pair,
    "tcp/22",
    "ALLOW",
    out,
    db("in tcp/22 from 10.9.9.9/32", "in tcp/1-1024 from 10.0.0.0/8"),
  ],
  [
    "a group that is not in the world may allow",
    ...pair,
    "tcp/22",
    "UNKNOWN",
    out,
    db(),
    withDbGroups("sg-db", "sg-lost"),
  ],
  [
    "but is not needed where another allows",
    ...pair,
    "tcp/5432",
    "ALLOW",
    withDbGroups("sg-db", "sg-lost"),
  ],
  [
    "own group listed: members talk",
    "shop/api",
    "db1",
    "tcp/9",
    "ALLOW",
    rules("sg-app", "in tcp/9 from sg-app", "out tcp/9 to sg-app"),
    withDbGroups("sg-app"),
  ],
  [
    "own group must be listed: the same group alone opens nothing",
    "shop/api",
    "db1",
    "tcp/9",
    "DENY",
    rules("sg-app", "in tcp/8080 from sg-node"),
    withDbGroups("sg-app"),
  ],
  [
    "rules of the referenced group are not imported",
    ...pair,
    "tcp/9",
    "DENY",
    out,
    db("in tcp/5432 from sg-app"),
    rules("sg-mon", "in tcp/9 from 0.0.0.0/0"),
  ],
]);

function withDbGroups(...names: readonly string[]): Edit {
  return eniParts("eni-db1", { groupIds: names.map((name) => name.replace("sg-", "sg-0")) });
}

function ssh(): Edit {
  return rules("sg-ssh", "in tcp/22 from 10.0.0.0/16");
}

verdictTable("protocols and ports (EC2 reference 6.2)", {}, [
  ["tcp by name", ...pair, "tcp/22", "ALLOW", out, db("in tcp/22 from 10.0.0.0/16")],
  ["tcp by number", ...pair, "tcp/22", "ALLOW", out, db("in 6/22 from 10.0.0.0/16")],
  [
    "the destination port decides",
    ...pair,
    "tcp/23",
    "DENY",
    out,
    db("in tcp/22 from 10.0.0.0/16"),
  ],
  [
    "first port of a range",
    ...pair,
    "tcp/8000",
    "ALLOW",
    out,
    db("in tcp/8000-8100 from 10.0.0.0/16"),
  ],
  [
    "last port of a range",
    ...pair,
    "tcp/8100",
    "ALLOW",
    out,
    db("in tcp/8000-8100 from 10.0.0.0/16"),
  ],
  ["past a range", ...pair, "tcp/8101", "DENY", out, db("in tcp/8000-8100 from 10.0.0.0/16")],
  ["port 0", ...pair, "tcp/0", "ALLOW", out, db("in tcp/0-65535 from 10.0.0.0/16")],
  ["port 65535", ...pair, "udp/65535", "ALLOW", out, db("in udp/0-65535 from 10.0.0.0/16")],
  [
    "-1 to -1 of old data is all ports",
    ...pair,
    "tcp/1",
    "ALLOW",
    out,
    db("in tcp/all from 10.0.0.0/16"),
  ],
  ["-1 is any protocol", ...pair, "89", "ALLOW", out, db("in all from 10.0.0.0/16")],
  ["GRE", ...pair, "47", "ALLOW", out, db("in 47 from 10.0.0.0/16")],
  ["ESP is not AH", ...pair, "51", "DENY", out, db("in 50 from 10.0.0.0/16")],
  ["SCTP ports are ignored", ...pair, "132", "ALLOW", out, db("in 132/443:443 from 10.0.0.0/16")],
  ["protocol 255", ...pair, "255", "ALLOW", out, db("in 255 from 10.0.0.0/16")],
  ["protocol 0", ...pair, "0", "ALLOW", out, db("in 0 from 10.0.0.0/16")],
  ["ICMP type", ...pair, "icmp/8", "ALLOW", out, db("in icmp/8 from 10.0.0.0/16")],
  ["ICMP another type", ...pair, "icmp/13", "DENY", out, db("in icmp/8 from 10.0.0.0/16")],
  ["ICMP code", ...pair, "icmp/3:4", "ALLOW", out, db("in icmp/3:4 from 10.0.0.0/16")],
  ["ICMP another code", ...pair, "icmp/3:3", "DENY", out, db("in icmp/3:4 from 10.0.0.0/16")],
  [
    "ICMP type 255 code 255",
    ...pair,
    "icmp/255:255",
    "ALLOW",
    out,
    db("in icmp/255:255 from 10.0.0.0/16"),
  ],
  [
    "ICMP type 0 is not all types",
    ...pair,
    "icmp/8",
    "DENY",
    out,
    db("in icmp/0 from 10.0.0.0/16"),
  ],
  [
    "icmpv6 in IPv6",
    ...pair,
    "icmpv6/128",
    "ALLOW",
    out,
    dual,
    dualDb,
    db("in icmpv6/all from ::/0"),
  ],
  [
    "icmp never matches IPv6",
    ...pair,
    "icmpv6/128",
    "DENY",
    out,
    dual,
    dualDb,
    db("in icmp/all from ::/0"),
  ],
]);

const six = ["2001:db8::101", "2001:db8::50"] as const;
const lists =
  (...cidrs: readonly string[]): Edit =>
  (world) => ({
    ...world,
    prefixLists: [{ prefixListId: "pl-1", name: "some", maxEntries: 9, cidrs }],
  });

verdictTable("peers (EC2 reference 6.2)", {}, [
  ["a CIDR of one address", ...pair, "tcp/1", "ALLOW", out, db("in all from 10.0.1.101/32")],
  ["its neighbour", ...pair, "tcp/1", "DENY", out, db("in all from 10.0.1.100/32")],
  ["host bits are cleared", ...pair, "tcp/1", "ALLOW", out, db("in all from 10.0.127.18/17")],
  [
    "/0 of IPv4 holds no IPv6",
    ...six,
    "tcp/1",
    "DENY",
    out,
    dual,
    dualDb,
    db("in all from 0.0.0.0/0"),
  ],
  ["/0 of IPv6 does", ...six, "tcp/1", "ALLOW", out, dual, dualDb, db("in all from ::/0")],
  ["an IPv6 CIDR", ...six, "tcp/1", "ALLOW", out, dual, dualDb, db("in all from 2001:db8::/64")],
  [
    "an egress CIDR is the destination",
    ...pair,
    "tcp/5432",
    "DENY",
    rules("sg-app", "out all to 10.0.1.101/32"),
  ],
  [
    "any entry of a prefix list",
    ...pair,
    "tcp/1",
    "ALLOW",
    out,
    db("in all from pl-1"),
    lists("192.0.2.0/24", "10.0.1.0/24"),
  ],
  [
    "no entry of a prefix list",
    ...pair,
    "tcp/1",
    "DENY",
    out,
    db("in all from pl-1"),
    lists("192.0.2.0/24"),
  ],
  ["an empty prefix list", ...pair, "tcp/1", "DENY", out, db("in all from pl-1"), lists()],
  [
    "a prefix list of the other family",
    ...six,
    "tcp/1",
    "DENY",
    out,
    dual,
    dualDb,
    db("in all from pl-1"),
    lists("10.0.0.0/8"),
  ],
  ["a prefix list that was not read", ...pair, "tcp/1", "UNKNOWN", out, db("in all from pl-1")],
  [
    "a prefix list as destination",
    ...pair,
    "tcp/5432",
    "ALLOW",
    rules("sg-app", "out tcp/5432 to pl-1"),
    lists("10.0.1.50/32"),
  ],
  [
    "a reference in IPv4",
    "10.0.1.101",
    "10.0.1.50",
    "tcp/1",
    "ALLOW",
    out,
    dual,
    dualDb,
    db("in all from sg-app"),
  ],
  ["a reference in IPv6", ...six, "tcp/1", "ALLOW", out, dual, dualDb, db("in all from sg-app")],
  ["a reference to a group of others", ...pair, "tcp/1", "DENY", out, db("in all from sg-peer")],
  ["a reference to a group that is gone", ...pair, "tcp/1", "DENY", out, db("in all from sg-gone")],
  [
    "a reference covers secondary addresses",
    "10.0.1.60",
    "db1",
    "tcp/5432",
    "ALLOW",
    addEni(
      networkInterface("eni-two", "10.0.1.59", ["sg-app"], {
        addresses: ["10.0.1.59", "10.0.1.60"],
      }),
    ),
  ],
  [
    "and addresses of delegated prefixes",
    "10.0.1.85",
    "db1",
    "tcp/5432",
    "ALLOW",
    addEni(networkInterface("eni-pre", "10.0.1.59", ["sg-app"], { prefixes: ["10.0.1.80/28"] })),
  ],
  [
    "a reference covers who has the group now",
    ...pair,
    "tcp/5432",
    "DENY",
    eniParts("eni-api", { groupIds: ["sg-0mon"] }),
    rules("sg-mon", "out all to 0.0.0.0/0"),
  ],
  [
    "not through a middlebox that translates",
    "shop/api",
    "203.0.113.50",
    "tcp/5432",
    "DENY",
    out,
    eniParts("eni-db1", { publicAddress: "203.0.113.50", subnetId: "subnet-pub-a" }),
    route("0.0.0.0/0", "eni-box"),
  ],
]);
