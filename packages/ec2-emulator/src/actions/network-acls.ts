import type { AclEntry, NetworkAcl } from "../account/network-rows.ts";
import { type Call, type Decider, DONE } from "../domain/call.ts";
import { type DescribeSpec, describe } from "../domain/describe.ts";
import { find, KINDS } from "../domain/kinds.ts";
import { LAST_RULE_NUMBER, lastEntries } from "../domain/make-vpc.ts";
import { readCidr } from "../domain/rule-text.ts";
import { readOwnTags } from "../domain/tags.ts";
import { tagSet } from "../render/shared.ts";
import { newId } from "../wire/ids.ts";
import { COMMON_PAGES } from "../wire/paging.ts";
import { missing, Refusal, wrongCombination, wrongValue } from "../wire/refusal.ts";
import type { TreeObject } from "../wire/xml.ts";

/** CreateNetworkAcl: it denies everything. */
export const createNetworkAcl: Decider = (call) => {
  const { fields, account, random } = call;
  const vpc = find(account.vpcs, KINDS.vpc, fields.requiredText("VpcId"));
  const tags = readOwnTags(fields, "network-acl", account.settings.quotas.tagsPerResource);
  const acl = account.networkAcls.put({
    id: newId("acl", random),
    vpcId: vpc.id,
    isDefault: false,
    entries: lastEntries(vpc),
    associations: [],
    tags,
  });
  return { networkAcl: renderAcl(acl, call) };
};

/** DeleteNetworkAcl: refused for the default one and while a subnet uses it. */
export const deleteNetworkAcl: Decider = (call) => {
  const acl = readAcl(call);
  if (acl.isDefault || acl.associations.length > 0) {
    throw new Refusal(
      "DependencyViolation",
      `The networkAcl '${acl.id}' has dependencies and cannot be deleted.`,
    );
  }
  call.account.networkAcls.delete(acl.id);
  return DONE;
};

function readAcl({ fields, account }: Call): NetworkAcl {
  return find(account.networkAcls, KINDS.networkAcl, fields.requiredText("NetworkAclId"));
}

/** CreateNetworkAclEntry: numbers are unique for each direction. */
export const createNetworkAclEntry: Decider = (call) => {
  const acl = readAcl(call);
  const entry = readEntry(call);
  if (findEntry(acl, entry) !== undefined) {
    throw new Refusal(
      "NetworkAclEntryAlreadyExists",
      `The network acl entry identified by ${entry.ruleNumber} already exists.`,
    );
  }
  const own = acl.entries.filter(
    (one) => one.isEgress === entry.isEgress && one.ruleNumber < LAST_RULE_NUMBER,
  );
  if (own.length >= call.account.settings.quotas.aclEntries) {
    throw new Refusal(
      "NetworkAclEntryLimitExceeded",
      "The maximum number of network acl entries has been reached.",
    );
  }
  putEntries(call, acl, [...acl.entries, entry]);
  return DONE;
};

/** ReplaceNetworkAclEntry: refused when the number is not there. */
export const replaceNetworkAclEntry: Decider = (call) => {
  const acl = readAcl(call);
  const entry = readEntry(call);
  const old = needEntry(acl, entry);
  putEntries(call, acl, [...acl.entries.filter((one) => one !== old), entry]);
  return DONE;
};

/** DeleteNetworkAclEntry. */
export const deleteNetworkAclEntry: Decider = (call) => {
  const acl = readAcl(call);
  const isEgress = call.fields.boolean("Egress") ?? false;
  const old = needEntry(acl, { ruleNumber: readNumber(call), isEgress });
  putEntries(
    call,
    acl,
    acl.entries.filter((one) => one !== old),
  );
  return DONE;
};

type Place = Pick<AclEntry, "ruleNumber" | "isEgress">;

function findEntry(acl: NetworkAcl, at: Place): AclEntry | undefined {
  return acl.entries.find(
    (one) => one.isEgress === at.isEgress && one.ruleNumber === at.ruleNumber,
  );
}

function needEntry(acl: NetworkAcl, at: Place): AclEntry {
  const entry = findEntry(acl, at);
  if (entry !== undefined) return entry;
  throw new Refusal(
    "InvalidNetworkAclEntry.NotFound",
    `The network acl entry identified by ${at.ruleNumber} does not exist.`,
  );
}

function putEntries({ account }: Call, acl: NetworkAcl, entries: readonly AclEntry[]): void {
  account.networkAcls.put({
    ...acl,
    entries: [...entries].sort((a, b) => a.ruleNumber - b.ruleNumber),
  });
}

function readNumber({ fields }: Call): number {
  const ruleNumber = fields.requiredInteger("RuleNumber");
  if (ruleNumber >= 1 && ruleNumber < LAST_RULE_NUMBER) return ruleNumber;
  throw wrongValue("ruleNumber", String(ruleNumber), `Expecting 1 to ${LAST_RULE_NUMBER - 1}.`);
}

function readEntry(call: Call): AclEntry {
  const { fields } = call;
  const action = fields.choice("RuleAction", ["allow", "deny"]);
  if (action === undefined) throw missing("ruleAction");
  const cidr = fields.text("CidrBlock");
  const ipv6Cidr = fields.text("Ipv6CidrBlock");
  if (cidr === undefined && ipv6Cidr === undefined) throw missing("cidrBlock");
  if (cidr !== undefined && ipv6Cidr !== undefined) {
    throw wrongCombination("The parameters cidrBlock and ipv6CidrBlock cannot be used together");
  }
  const protocol = readProtocol(fields.requiredText("Protocol"));
  return {
    ruleNumber: readNumber(call),
    isEgress: fields.boolean("Egress") ?? false,
    protocol,
    action,
    ...(cidr !== undefined && { cidr: readCidr(cidr, 4) }),
    ...(ipv6Cidr !== undefined && { ipv6Cidr: readCidr(ipv6Cidr, 6) }),
    ...readPorts(call, protocol),
  };
}

const NUMBERS: Readonly<Record<string, string>> = {
  all: "-1",
  tcp: "6",
  udp: "17",
  icmp: "1",
  icmpv6: "58",
};

function readProtocol(text: string): string {
  const number = NUMBERS[text.toLowerCase()] ?? text;
  if (/^(?:-1|[0-9]{1,3})$/.test(number) && Number(number) <= 255) return String(Number(number));
  throw wrongValue("protocol", text, "Unknown protocol.");
}

function readPorts({ fields }: Call, protocol: string): Partial<AclEntry> {
  if (protocol === "6" || protocol === "17") {
    const range = fields.structure("PortRange");
    const fromPort = range.requiredInteger("From");
    const toPort = range.requiredInteger("To");
    if (fromPort < 0 || toPort > 65_535 || fromPort > toPort) {
      throw wrongValue("portRange", `${fromPort}-${toPort}`, "Expecting ports 0 to 65535.");
    }
    return { fromPort, toPort };
  }
  if (protocol !== "1" && protocol !== "58") return {};
  const icmp = fields.structure("Icmp");
  return { icmpType: icmp.requiredInteger("Type"), icmpCode: icmp.integer("Code") ?? -1 };
}

/** ReplaceNetworkAclAssociation: a subnet always has exactly one. */
export const replaceNetworkAclAssociation: Decider = (call) => {
  const { fields, account, random } = call;
  const id = fields.requiredText("AssociationId");
  const from = account.networkAcls.first("associationId", id);
  const old = from?.associations.find((one) => one.id === id);
  if (from === undefined || old === undefined) {
    throw new Refusal(
      "InvalidAssociationID.NotFound",
      `The association ID '${id.slice(0, 100)}' does not exist`,
    );
  }
  const target = readAcl(call);
  if (target.vpcId !== from.vpcId) {
    throw new Refusal("InvalidParameterValue", `${target.id} is of another VPC than ${from.id}`);
  }
  const left = from.associations.filter((one) => one !== old);
  account.networkAcls.put({ ...from, associations: left });
  const newAssociationId = newId("aclassoc", random);
  const to = account.networkAcls.need(target.id);
  const added = { id: newAssociationId, subnetId: old.subnetId };
  account.networkAcls.put({ ...to, associations: [...to.associations, added] });
  return { newAssociationId };
};

const spec: DescribeSpec<NetworkAcl> = {
  source: (view) => view.networkAcls,
  kind: KINDS.networkAcl,
  idParameter: "NetworkAclId",
  filters: {
    "association.association-id": (acl) => acl.associations.map((one) => one.id),
    "association.network-acl-id": (acl) => acl.associations.map(() => acl.id),
    "association.subnet-id": (acl) => acl.associations.map((one) => one.subnetId),
    default: (acl) => [String(acl.isDefault)],
    "entry.cidr": (acl) => acl.entries.map((one) => one.cidr),
    "entry.ipv6-cidr": (acl) => acl.entries.map((one) => one.ipv6Cidr),
    "entry.egress": (acl) => acl.entries.map((one) => String(one.isEgress)),
    "entry.protocol": (acl) => acl.entries.map((one) => one.protocol),
    "entry.rule-action": (acl) => acl.entries.map((one) => one.action),
    "entry.rule-number": (acl) => acl.entries.map((one) => String(one.ruleNumber)),
    "network-acl-id": (acl) => [acl.id],
    "owner-id": (_, { account }) => [account.settings.accountId],
    "tag-key": (acl) => Object.keys(acl.tags),
    "vpc-id": (acl) => [acl.vpcId],
  },
  lookups: { "vpc-id": { index: "vpcId" }, "association.subnet-id": { index: "subnetId" } },
  pages: COMMON_PAGES,
  render: renderAcl,
};

/** DescribeNetworkAcls. */
export const describeNetworkAcls: Decider = (call) => {
  const { items, nextToken } = describe(call, spec);
  return { networkAclSet: items, nextToken };
};

function renderAcl(acl: NetworkAcl, { account }: Call): TreeObject {
  return {
    networkAclId: acl.id,
    vpcId: acl.vpcId,
    default: acl.isDefault,
    ownerId: account.settings.accountId,
    entrySet: acl.entries.map((entry) => ({
      ruleNumber: entry.ruleNumber,
      protocol: entry.protocol,
      ruleAction: entry.action,
      egress: entry.isEgress,
      cidrBlock: entry.cidr,
      ipv6CidrBlock: entry.ipv6Cidr,
      portRange:
        entry.fromPort === undefined ? undefined : { from: entry.fromPort, to: entry.toPort },
      icmpTypeCode:
        entry.icmpType === undefined ? undefined : { type: entry.icmpType, code: entry.icmpCode },
    })),
    associationSet: acl.associations.map(({ id, subnetId }) => ({
      networkAclAssociationId: id,
      networkAclId: acl.id,
      subnetId,
    })),
    tagSet: tagSet(acl.tags),
  };
}
