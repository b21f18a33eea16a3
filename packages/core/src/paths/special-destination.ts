import { byAddressText, exemptDestinations } from "../groups/exempt-destinations.ts";
import { type Address, formatAddress } from "../net/address.ts";
import { cidrContains, parseCidr } from "../net/cidr.ts";
import type { WorldIndex } from "../world/world-index.ts";
import type { End } from "./end.ts";
import type { Path } from "./path.ts";

/**
 * Blocks that a node answers itself: link-local, and AWS's local IPv6 services (Pod Identity agent
 * fd00:ec2::23). NodeLocal DNSCache listens at 169.254.20.10.
 */
export const NODE_LOCAL_BLOCKS: readonly string[] = [
  "169.254.0.0/16",
  "fe80::/10",
  "fd00:ec2::/32",
];

const nodeLocalBlocks = NODE_LOCAL_BLOCKS.map(parseCidr);

// Exempt wherever the interface is; the resolver and routers of a VPC need the VPC.
const exemptAnywhere = byAddressText(exemptDestinations([], []));

/**
 * The path to a destination that is no interface: what AWS answers unfiltered, and what the node
 * answers itself. Undefined for every other destination.
 */
export function specialPath(source: End, destination: End, index: WorldIndex): Path | undefined {
  if (destination.kind !== "address") return undefined;
  const text = destination.title;
  const vpcId = source.kind === "address" || source.kind === "ended" ? undefined : source.own.vpcId;
  const exempt = (vpcId && index.exempt.get(vpcId)?.get(text)) || exemptAnywhere.get(text);
  if (exempt !== undefined) {
    const because = `${text} is ${exempt.purpose}, which security groups never filter`;
    return { kind: "unasked", because, notes: [] };
  }
  return isNodeLocal(destination.asked) ? nodeLocalPath(source, destination.asked) : undefined;
}

/** Says whether an address, by its canonical text, is one that groups never filter in some VPC. */
export function isExemptSomewhere(text: string, { exempt }: WorldIndex): boolean {
  return exemptAnywhere.has(text) || [...exempt.values()].some((own) => own.has(text));
}

function nodeLocalPath(source: End, address: Address): Path {
  const text = formatAddress(address);
  if (source.kind === "branch" && source.isFargate) {
    const because = `${text} is answered on nodes, and ${source.title} runs on Fargate, which has none`;
    return { kind: "unsupported", because, notes: [] };
  }
  if (source.kind === "branch" && source.mode === "strict") {
    const because = `${text} is answered on the node, and strict mode sends every packet to the VPC`;
    return { kind: "unsupported", because, notes: [] };
  }
  return {
    kind: "unasked",
    because: `node-local path: ${text} is answered on the node`,
    notes: [],
  };
}

function isNodeLocal(address: Address): boolean {
  return nodeLocalBlocks.some((block) => cidrContains(block, address));
}
