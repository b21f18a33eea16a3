/** Protocols whose rules have ports that the AWS CLI takes as FromPort and ToPort. */
const MISSING_RULE = /^(sg-\S+) (ingress|egress) (tcp|udp)\/(\d+) (?:from|to) (\S+)$/;

/**
 * The AWS CLI command that would add a missing rule, at `endpoint` if one is given; undefined when the
 * rule is not of the plain form "GROUP ingress|egress tcp|udp/PORT from|to GROUP-OR-CIDR".
 */
export function authorizeCommand(rule: string, endpoint?: string): string | undefined {
  const match = MISSING_RULE.exec(rule);
  if (match === null) return undefined;
  const [, groupId, direction, protocol, port, peer = ""] = match;
  const at = endpoint === undefined ? "" : ` --endpoint-url ${endpoint}`;
  return [
    `aws ec2 authorize-security-group-${direction}${at} --group-id ${groupId} --ip-permissions`,
    `'IpProtocol=${protocol},FromPort=${port},ToPort=${port},${peerShorthand(peer)}'`,
  ].join(" ");
}

function peerShorthand(peer: string): string {
  if (peer.startsWith("sg-")) return `UserIdGroupPairs=[{GroupId=${peer}}]`;
  if (peer.startsWith("pl-")) return `PrefixListIds=[{PrefixListId=${peer}}]`;
  return peer.includes(":")
    ? `Ipv6Ranges=[{CidrIpv6=${withLength(peer, 128)}}]`
    : `IpRanges=[{CidrIp=${withLength(peer, 32)}}]`;
}

function withLength(address: string, bits: number): string {
  return address.includes("/") ? address : `${address}/${bits}`;
}
