import type { Traffic } from "../groups/rule-match.ts";
import { groupSwitchValues } from "../groups/switches.ts";
import { ICMP, ICMPV6, TCP } from "../net/protocol.ts";
import type { Path } from "../paths/path.ts";
import type { EvaluateOptions } from "./explanation.ts";

/** Mail, which AWS blocks on the way to the internet. Source: EC2 user guide, port 25. */
const SMTP_PORT = 25;

// Errors about other packets. Source: IANA, ICMP and ICMPv6 parameters.
const errorTypes: ReadonlyMap<number, readonly number[]> = new Map([
  [ICMP, [3, 11, 12]],
  [ICMPV6, [1, 2, 3, 4]],
]);

/** What a reader should know of some kinds of traffic, whatever rules say. */
export function trafficNotes(
  path: Path,
  { protocol, port, icmpType }: Traffic,
  { groupSwitches }: EvaluateOptions,
): readonly string[] {
  if (path.kind !== "asked") return [];
  const target = path.exit?.target;
  if (protocol === TCP && port === SMTP_PORT && (target === "internet" || target === "nat")) {
    return ["AWS blocks tcp/25 to the internet until an account asks for it to be opened"];
  }
  const isError = icmpType !== undefined && (errorTypes.get(protocol) ?? []).includes(icmpType);
  if (!isError || groupSwitchValues(groupSwitches).icmpErrors === "judged") return [];
  return [
    "judged on its own; about a connection that an interface tracks it passes without a rule",
  ];
}
