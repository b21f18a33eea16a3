import { acl, addEni, eniParts, route, rules } from "../world/edits.test-support.ts";
import { networkInterface } from "../world/fixture-f.test-support.ts";
import { verdictTable } from "./verdict-table.test-support.ts";

const open = ["in 100 allow all from 0.0.0.0/0", "out 100 allow all to 0.0.0.0/0"] as const;
const priv = (...texts: readonly string[]) => acl("priv", ["priv-a"], ...texts);
const web = rules("sg-app", "out tcp/443 to 0.0.0.0/0");
const out = ["shop/api", "198.51.100.10", "tcp/443"] as const;

const nat = (subnetId: string) =>
  addEni(
    networkInterface("eni-nat", "10.0.101.9", [], {
      subnetId,
      interfaceType: "nat_gateway",
      description: "Interface for NAT Gateway nat-1",
    }),
  );
const pub = (...texts: readonly string[]) => acl("pub", ["pub-a"], ...texts);

verdictTable("network ACLs of a NAT gateway's subnet", {}, [
  ["all let through", ...out, "ALLOW", web, priv(...open), nat("subnet-pub-a"), pub(...open)],
  [
    "answers to the gateway need its ephemeral ports",
    ...out,
    "DENY",
    web,
    priv(...open),
    nat("subnet-pub-a"),
    pub("in 90 deny tcp/1024-65535 from 198.51.100.0/24", ...open),
  ],
  [
    "and must get to the pod's subnet",
    ...out,
    "DENY",
    web,
    priv(...open),
    nat("subnet-pub-a"),
    pub("out 90 deny tcp/1024-65535 to 10.0.1.0/24", ...open),
  ],
  [
    "requests must get in from the pod's subnet",
    ...out,
    "DENY",
    web,
    priv(...open),
    nat("subnet-pub-a"),
    pub("in 90 deny tcp/443 from 10.0.1.0/24", ...open),
  ],
  [
    "nothing is crossed towards a gateway in the pod's own subnet",
    ...out,
    "ALLOW",
    web,
    nat("subnet-priv-a"),
    priv(
      "in 100 allow tcp/1024-65535 from 198.51.100.0/24",
      "out 100 allow tcp/443 to 198.51.100.0/24",
    ),
  ],
  [
    "a NAT instance has a subnet as well",
    ...out,
    "DENY",
    web,
    priv(...open),
    nat("subnet-pub-a"),
    route("0.0.0.0/0", "eni-nat"),
    pub("in 90 deny tcp/443 from 10.0.1.0/24", ...open),
  ],
]);

verdictTable("network ACLs at the edge of the VPC", {}, [
  ["packets that leave are asked", ...out, "DENY", web, priv("in 100 allow all from 0.0.0.0/0")],
  [
    "their replies come to ephemeral ports",
    ...out,
    "ALLOW",
    web,
    priv("in 100 allow tcp/1024-65535 from 0.0.0.0/0", "out 100 allow tcp/443 to 0.0.0.0/0"),
  ],
  [
    "a node that translates uses any port above 1023",
    "shop/web",
    "198.51.100.10",
    "tcp/443",
    "UNKNOWN",
    priv("in 100 allow tcp/32768-60999 from 0.0.0.0/0", "out 100 allow all to 0.0.0.0/0"),
  ],
  [
    "packets from outside are asked on their way in",
    "198.51.100.10",
    "shop/edge",
    "tcp/80",
    "DENY",
    rules("sg-node", "in tcp/80 from 0.0.0.0/0"),
    acl("pub", ["pub-a"], "out 100 allow all to 0.0.0.0/0"),
  ],
  [
    "and their replies on the way out",
    "198.51.100.10",
    "shop/edge",
    "tcp/80",
    "DENY",
    rules("sg-node", "in tcp/80 from 0.0.0.0/0"),
    acl("pub", ["pub-a"], "in 100 allow tcp/80 from 0.0.0.0/0"),
  ],
  [
    "IPv6 has entries of its own",
    "shop/api",
    "2001:db8::1",
    "tcp/443",
    "DENY",
    rules("sg-app", "out tcp/443 to ::/0"),
    eniParts("eni-api", { addresses: ["2001:db8:1::5"] }),
    route("::/0", "eigw-1"),
    priv(...open),
  ],
  [
    "of which one is enough each way",
    "shop/api",
    "2001:db8::1",
    "tcp/443",
    "ALLOW",
    rules("sg-app", "out tcp/443 to ::/0"),
    eniParts("eni-api", { addresses: ["2001:db8:1::5"] }),
    route("::/0", "eigw-1"),
    priv("in 101 allow all from ::/0", "out 101 allow all to ::/0"),
  ],
]);
