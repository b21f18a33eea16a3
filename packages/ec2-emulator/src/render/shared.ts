import type { Tags } from "../account/interface-rows.ts";
import type { Call } from "../domain/call.ts";
import type { Tree } from "../wire/xml.ts";

/** Tags as EC2 lists them. */
export function tagSet(tags: Tags): Tree[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

/** The private DNS name of an IPv4 address in a region. */
export function privateDnsName(address: string, region: string): string {
  const domain = region === "us-east-1" ? "ec2.internal" : `${region}.compute.internal`;
  return `ip-${address.replaceAll(".", "-")}.${domain}`;
}

/** The public DNS name of an address in a region. */
export function publicDnsName(address: string, region: string): string {
  const domain = region === "us-east-1" ? "compute-1" : `${region}.compute`;
  return `ec2-${address.replaceAll(".", "-")}.${domain}.amazonaws.com`;
}

/** True when interfaces of the VPC are shown with DNS names. Source: VPC user guide, DNS. */
export function hasDnsNames(vpcId: string, { view }: Pick<Call, "view">): boolean {
  const vpc = view.vpcs.get(vpcId);
  return vpc?.enableDnsHostnames === true && vpc.enableDnsSupport;
}

/** An ARN of this account in EC2. */
export function arn(
  settings: { readonly region: string; readonly accountId: string },
  resource: string,
): string {
  return `arn:aws:ec2:${settings.region}:${settings.accountId}:${resource}`;
}
