import type { Rule } from "../account/group-rows.ts";
import type { Peering } from "../account/network-rows.ts";
import { type Call, type Decider, DONE } from "../domain/call.ts";
import { type DescribeSpec, describe } from "../domain/describe.ts";
import { find, KINDS } from "../domain/kinds.ts";
import { readOwnTags } from "../domain/tags.ts";
import { renderPermissions } from "../render/rules.ts";
import { tagSet } from "../render/shared.ts";
import { newId } from "../wire/ids.ts";
import { COMMON_PAGES, encodeToken, readPage } from "../wire/paging.ts";
import { missing, Refusal } from "../wire/refusal.ts";
import { type TreeObject, timestamp } from "../wire/xml.ts";
import { blackhole } from "./route-tables.ts";

/** How long a request waits for its acceptance: seven days. Source: VPC peering guide. */
const REQUEST_LIFE_MS = 7 * 86_400_000;

/** CreateVpcPeeringConnection: pending-acceptance until the other side accepts. */
export const createVpcPeeringConnection: Decider = (call) => {
  const { fields, account, random, nowMs } = call;
  const vpc = find(account.vpcs, KINDS.vpc, fields.requiredText("VpcId"));
  const peerVpcId = fields.requiredText("PeerVpcId");
  const ownerId = fields.text("PeerOwnerId") ?? account.settings.accountId;
  if (ownerId === account.settings.accountId) find(account.vpcs, KINDS.vpc, peerVpcId);
  fields.choice("PeerRegion", [account.settings.region]);
  const tags = readOwnTags(fields, KINDS.peering.tagType, account.settings.quotas.tagsPerResource);
  const peering = account.peerings.put({
    id: newId("pcx", random),
    requesterVpcId: vpc.id,
    requesterOwnerId: account.settings.accountId,
    accepterVpcId: peerVpcId,
    accepterOwnerId: ownerId,
    status: "pending-acceptance",
    expiresAtMs: nowMs + REQUEST_LIFE_MS,
    tags,
  });
  return { vpcPeeringConnection: renderPeering(peering, call) };
};

/** AcceptVpcPeeringConnection. */
export const acceptVpcPeeringConnection: Decider = (call) => {
  const peering = change(call, ["pending-acceptance"], "active");
  return { vpcPeeringConnection: renderPeering(peering, call) };
};

/** RejectVpcPeeringConnection. */
export const rejectVpcPeeringConnection: Decider = (call) => {
  change(call, ["pending-acceptance"], "rejected");
  return DONE;
};

/** DeleteVpcPeeringConnection: references to groups over it become stale. */
export const deleteVpcPeeringConnection: Decider = (call) => {
  const peering = change(call, ["pending-acceptance", "active"], "deleted");
  blackhole(call, peering.id);
  return DONE;
};

function change(call: Call, from: readonly Peering["status"][], status: Peering["status"]) {
  const { fields, account } = call;
  const id = fields.requiredText("VpcPeeringConnectionId");
  const peering = find(account.peerings, KINDS.peering, id);
  if (!from.includes(peering.status)) {
    throw new Refusal(
      "InvalidStateTransition",
      `The vpcPeeringConnection '${id}' is in the state ${peering.status}`,
    );
  }
  return account.peerings.put({ ...peering, status });
}

const spec: DescribeSpec<Peering> = {
  source: (view) => view.peerings,
  kind: KINDS.peering,
  idParameter: "VpcPeeringConnectionId",
  filters: {
    "accepter-vpc-info.owner-id": (row) => [row.accepterOwnerId],
    "accepter-vpc-info.vpc-id": (row) => [row.accepterVpcId],
    "requester-vpc-info.owner-id": (row) => [row.requesterOwnerId],
    "requester-vpc-info.vpc-id": (row) => [row.requesterVpcId],
    "status-code": (row) => [row.status],
    "tag-key": (row) => Object.keys(row.tags),
    "vpc-peering-connection-id": (row) => [row.id],
  },
  pages: COMMON_PAGES,
  render: renderPeering,
};

/** DescribeVpcPeeringConnections. */
export const describeVpcPeeringConnections: Decider = (call) => {
  const { items, nextToken } = describe(call, spec);
  return { vpcPeeringConnectionSet: items, nextToken };
};

function renderPeering(peering: Peering, call: Call): TreeObject {
  const side = (vpcId: string, ownerId: string) => ({
    vpcId,
    ownerId,
    cidrBlock: call.view.vpcs.get(vpcId)?.cidrs[0]?.cidr,
    cidrBlockSet: call.view.vpcs.get(vpcId)?.cidrs.map(({ cidr }) => ({ cidrBlock: cidr })),
    region: call.account.settings.region,
  });
  return {
    vpcPeeringConnectionId: peering.id,
    requesterVpcInfo: side(peering.requesterVpcId, peering.requesterOwnerId),
    accepterVpcInfo: side(peering.accepterVpcId, peering.accepterOwnerId),
    status: { code: peering.status, message: peering.status },
    expirationTime:
      peering.status === "pending-acceptance" ? timestamp(peering.expiresAtMs) : undefined,
    tagSet: tagSet(peering.tags),
  };
}

/** DescribeSecurityGroupReferences: VPCs on the other side of a peering that name the groups. */
export const describeSecurityGroupReferences: Decider = (call) => {
  const { fields, view } = call;
  const ids = fields.texts("GroupId");
  if (ids.length === 0) throw missing("groupId");
  const items = ids.flatMap((id) => {
    const group = find(view.groups, KINDS.group, id);
    const found = new Map<string, TreeObject>();
    for (const rule of view.rules.by("peerGroupId", group.id)) {
      const referencingVpcId = view.groups.get(rule.groupId)?.vpcId;
      if (referencingVpcId === undefined || referencingVpcId === group.vpcId) continue;
      found.set(referencingVpcId, {
        groupId: group.id,
        referencingVpcId,
        vpcPeeringConnectionId: rule.peer.kind === "group" ? rule.peer.peeringId : undefined,
      });
    }
    return [...found.values()];
  });
  return { securityGroupReferenceSet: items };
};

/** DescribeStaleSecurityGroups: groups with rules over a peering that is gone. */
export const describeStaleSecurityGroups: Decider = (call) => {
  const { fields, view } = call;
  const vpc = find(view.vpcs, KINDS.vpc, fields.requiredText("VpcId"));
  const page = readPage(fields, { min: 5, max: 255 }, { query: call.query });
  const stale: TreeObject[] = [];
  for (const group of view.groups.by("vpc-id", vpc.id)) {
    const rules = [...view.rules.by("group-id", group.id)].filter((rule) => isStale(rule, call));
    if (rules.length === 0) continue;
    stale.push({
      groupId: group.id,
      groupName: group.name,
      description: group.description,
      vpcId: vpc.id,
      staleIpPermissions: renderPermissions(rules.filter((rule) => !rule.isEgress)),
      staleIpPermissionsEgress: renderPermissions(rules.filter((rule) => rule.isEgress)),
    });
  }
  const shown = stale.slice(page.after, page.after + page.size);
  const end = page.after + shown.length;
  return {
    staleSecurityGroupSet: shown,
    nextToken: end < stale.length ? encodeToken(page, end) : undefined,
  };
};

function isStale({ peer }: Rule, { view }: Call): boolean {
  if (peer.kind !== "group" || peer.peeringId === undefined) return false;
  const isGone = view.peerings.get(peer.peeringId)?.status !== "active";
  return isGone || view.groups.get(peer.groupId) === undefined;
}
