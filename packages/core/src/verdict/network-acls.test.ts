import { acl, addPod, eniParts, podParts, rules } from "../world/edits.test-support.ts";
import { pod } from "../world/fixture-f.test-support.ts";
import { verdictTable } from "./verdict-table.test-support.ts";

// The database in a subnet of its own: 10.0.2.50 in iso-a, the pod at 10.0.1.101 in priv-a.
const apart = eniParts("eni-db1", { subnetId: "subnet-iso-a", addresses: ["10.0.2.50"] });
const open = ["in 100 allow all from 0.0.0.0/0", "out 100 allow all to 0.0.0.0/0"] as const;
const openElsewhere = acl("default", [], ...open);
const iso = (...texts: readonly string[]) => acl("iso", ["iso-a"], ...texts);
const priv = (...texts: readonly string[]) => acl("priv", ["priv-a"], ...texts);
const toDb = ["shop/api", "db1", "tcp/5432"] as const;

// EC2 reference 6.6, sentence by sentence.
verdictTable("network ACLs between two subnets", {}, [
  ["default NACL allows all", ...toDb, "ALLOW", apart, openElsewhere],
  ["implicit deny: no entry matches", ...toDb, "DENY", apart, iso(), openElsewhere],
  [
    "stateless: the reply needs a rule of its own",
    ...toDb,
    "DENY",
    apart,
    iso("in 100 allow tcp/5432 from 10.0.1.0/24"),
    openElsewhere,
  ],
  [
    "reply packets go to ephemeral ports",
    ...toDb,
    "ALLOW",
    apart,
    iso("in 100 allow tcp/5432 from 10.0.1.0/24", "out 100 allow tcp/32768-60999 to 10.0.1.0/24"),
    openElsewhere,
  ],
  [
    "a rule for the service port does not let replies out",
    ...toDb,
    "DENY",
    apart,
    iso("in 100 allow tcp/5432 from 10.0.1.0/24", "out 100 allow tcp/5432 to 10.0.1.0/24"),
    openElsewhere,
  ],
  [
    "some ephemeral ports are not enough to be sure",
    ...toDb,
    "UNKNOWN",
    apart,
    iso("in 100 allow all from 0.0.0.0/0", "out 100 allow tcp/49152-65535 to 10.0.1.0/24"),
    openElsewhere,
  ],
  [
    "a range in two entries is the range",
    ...toDb,
    "ALLOW",
    apart,
    iso(
      "in 100 allow all from 0.0.0.0/0",
      "out 100 allow tcp/1024-49151 to 10.0.1.0/24",
      "out 110 allow tcp/49152-65535 to 10.0.1.0/24",
    ),
    openElsewhere,
  ],
  [
    "first match wins: a deny before the allow",
    ...toDb,
    "DENY",
    apart,
    iso("in 90 deny tcp/5432 from 10.0.1.101/32", ...open),
    openElsewhere,
  ],
  [
    "first match wins: a deny after the allow is never reached",
    ...toDb,
    "ALLOW",
    apart,
    iso("in 110 deny tcp/5432 from 10.0.1.101/32", ...open),
    openElsewhere,
  ],
  [
    "numbered: the order of the list does not matter",
    ...toDb,
    "DENY",
    apart,
    iso(...open, "in 90 deny tcp/5432 from 10.0.1.101/32"),
    openElsewhere,
  ],
  [
    "the subnet of the sender is asked as well",
    ...toDb,
    "DENY",
    apart,
    priv("in 100 allow all from 0.0.0.0/0", "out 100 allow tcp/443 to 0.0.0.0/0"),
    openElsewhere,
  ],
  [
    "and must let the reply in",
    ...toDb,
    "DENY",
    apart,
    priv("in 100 allow tcp/0-32767 from 0.0.0.0/0", "out 100 allow all to 0.0.0.0/0"),
    openElsewhere,
  ],
  [
    "protocol number: tcp is not udp",
    ...toDb,
    "DENY",
    apart,
    iso("in 100 allow udp/all from 0.0.0.0/0", "out 100 allow all to 0.0.0.0/0"),
    openElsewhere,
  ],
  [
    "CIDR canonicalised: host bits do not matter",
    ...toDb,
    "ALLOW",
    apart,
    iso("in 100 allow all from 10.0.1.77/24", "out 100 allow all to 10.0.1.77/24"),
    openElsewhere,
  ],
  [
    "applies after SG on egress: groups refuse whatever ACLs allow",
    "shop/api",
    "db1",
    "tcp/5433",
    "DENY",
    apart,
    openElsewhere,
  ],
  ["evaluated only when crossing: not within a subnet", ...toDb, "ALLOW", priv()],
  [
    "nor on one node in standard mode",
    "shop/web",
    "n1",
    "tcp/80",
    "ALLOW",
    eniParts("eni-n1", { subnetId: "subnet-iso-a" }),
    iso(),
  ],
  [
    "nor between a standard branch and its own node's pods, which the node connects",
    "shop/web",
    "shop/api",
    "tcp/8080",
    "ALLOW",
    podParts("shop/api", { mode: "standard" }),
    eniParts("eni-n1", { subnetId: "subnet-iso-a" }),
    iso(),
  ],
  ["cannot block the resolver", "shop/api", "10.0.0.2", "udp/53", "ALLOW", priv()],
  ["cannot block metadata", "shop/api", "169.254.169.254", "tcp/80", "ALLOW", priv()],
  ["a subnet that no ACL of the world serves", ...toDb, "UNKNOWN", apart, priv(...open)],
  ["ACLs that were not read are not asked", ...toDb, "ALLOW", apart],
]);

const ping = rules("sg-db", "in icmp/8 from sg-app");
const pinging = rules("sg-app", "out icmp/8 to sg-db");

verdictTable("ICMP through network ACLs", {}, [
  [
    "the answer to an echo has type 0",
    "shop/api",
    "db1",
    "icmp/8",
    "ALLOW",
    apart,
    ping,
    pinging,
    iso("in 100 allow icmp/8 from 0.0.0.0/0", "out 100 allow icmp/0 to 0.0.0.0/0"),
    openElsewhere,
  ],
  [
    "which needs a rule of its own",
    "shop/api",
    "db1",
    "icmp/8",
    "DENY",
    apart,
    ping,
    pinging,
    iso("in 100 allow icmp/8 from 0.0.0.0/0", "out 100 allow icmp/8 to 0.0.0.0/0"),
    openElsewhere,
  ],
  [
    "nothing answers an error",
    "shop/api",
    "db1",
    "icmp/3:4",
    "ALLOW",
    apart,
    rules("sg-db", "in icmp/3 from sg-app"),
    rules("sg-app", "out icmp/3 to sg-db"),
    iso("in 100 allow icmp/3:4 from 0.0.0.0/0"),
    openElsewhere,
  ],
]);

const anywhere = addPod(pod("shop/late", { labels: { role: "api" } }));
const late = ["shop/late", "db1", "tcp/5432"] as const;

verdictTable("a subnet that is not known yet", {}, [
  ["does not matter when all ACLs allow", ...late, "ALLOW", anywhere, priv(...open), iso(...open)],
  ["matters when one does not", ...late, "UNKNOWN", anywhere, priv(...open), iso()],
  ["may be the very one of the other end", ...late, "UNKNOWN", anywhere, priv(), iso()],
]);

verdictTable("network ACLs required", { networkAcls: "required" }, [
  ["not read", ...toDb, "UNKNOWN", apart],
  ["not crossed, so not needed", ...toDb, "ALLOW"],
  ["not needed where groups refuse", "shop/api", "db1", "tcp/1", "DENY", apart],
]);

verdictTable("network ACLs ignored", { networkAcls: "ignored" }, [
  ["are not asked", ...toDb, "ALLOW", apart, iso(), priv()],
]);

verdictTable("ephemeral ports as told", { ephemeralPorts: { fromPort: 40_000, toPort: 40_100 } }, [
  [
    "are the ones that replies need",
    ...toDb,
    "ALLOW",
    apart,
    iso("in 100 allow all from 0.0.0.0/0", "out 100 allow tcp/40000-40100 to 0.0.0.0/0"),
    openElsewhere,
  ],
]);
