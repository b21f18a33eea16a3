import { eniParts } from "../world/edits.test-support.ts";
import { verdictTable } from "./verdict-table.test-support.ts";

verdictTable("never filtered (EC2 reference 6.4)", {}, [
  ["the resolver at VPC + 2", "shop/peer", "10.0.0.2", "udp/53", "ALLOW"],
  ["not at + 2 of a secondary CIDR", "shop/peer", "100.64.0.2", "udp/53", "DENY"],
  ["the resolver's link-local address", "shop/peer", "169.254.169.253", "tcp/53", "ALLOW"],
  ["instance metadata", "shop/peer", "169.254.169.254", "tcp/80", "ALLOW"],
  ["Amazon Time Sync", "shop/peer", "169.254.169.123", "udp/123", "ALLOW"],
  ["the router of a subnet", "shop/peer", "10.0.1.1", "icmp/8", "ALLOW"],
  ["metadata over IPv6", "n1", "fd00:ec2::254", "tcp/80", "DENY"],
  [
    "metadata over IPv6 with an IPv6 address",
    "n1",
    "fd00:ec2::254",
    "tcp/80",
    "ALLOW",
    eniParts("eni-n1", { addresses: ["10.0.1.11", "2001:db8::11"] }),
  ],
]);

verdictTable("node-local services in strict mode, matrix row 4", {}, [
  ["R35: NodeLocal DNSCache", "shop/api", "169.254.20.10", "udp/53", "UNSUPPORTED"],
  ["R34: Pod Identity agent", "shop/api", "169.254.170.23", "tcp/80", "UNSUPPORTED"],
  ["an ordinary pod reaches it", "shop/web", "169.254.20.10", "udp/53", "ALLOW"],
  ["and so does the node", "n1", "169.254.20.10", "udp/53", "ALLOW"],
]);
