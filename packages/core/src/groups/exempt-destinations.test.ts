import { expect, it } from "vitest";
import { byAddressText, exemptDestinations } from "./exempt-destinations.ts";

// EC2 reference 6.4.
it("exempt are AWS's own addresses, the resolver of the primary CIDR and each subnet's router", () => {
  const exempt = byAddressText(
    exemptDestinations(
      ["10.0.0.0/16", "100.64.0.0/16", "2001:db8::/56"],
      ["10.0.1.0/24", "100.64.1.0/24", "2001:db8::/64", "nonsense"],
    ),
  );
  const purposes = [...exempt].map(([address, { purpose }]) => `${address} ${purpose}`).sort();
  expect(purposes).toEqual([
    "10.0.0.2 Amazon DNS",
    "10.0.1.1 the VPC router",
    "100.64.1.1 the VPC router",
    "169.254.169.123 Amazon Time Sync",
    "169.254.169.250 Windows activation",
    "169.254.169.251 Windows activation",
    "169.254.169.253 Amazon DNS",
    "169.254.169.254 instance metadata",
    "169.254.170.2 ECS task metadata",
    "255.255.255.255 DHCP",
    "fd00:ec2::123 Amazon Time Sync",
    "fd00:ec2::253 Amazon DNS",
    "fd00:ec2::254 instance metadata",
    "fe80:ec2::1 the VPC router",
  ]);
});
