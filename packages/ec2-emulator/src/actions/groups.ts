import type { Group } from "../account/group-rows.ts";
import type { Vpc } from "../account/network-rows.ts";
import type { Call, Decider } from "../domain/call.ts";
import { find, KINDS } from "../domain/kinds.ts";
import { readOwnTags } from "../domain/tags.ts";
import { arn, tagSet } from "../render/shared.ts";
import { newId } from "../wire/ids.ts";
import { missing, Refusal, wrongValue } from "../wire/refusal.ts";
import { addRule, readGroup } from "./group-rules.ts";

/** Characters of names and descriptions. Source: EC2 API reference, CreateSecurityGroup. */
const TEXT = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]*$/;
const TEXT_LENGTH_MAX = 255;

/** CreateSecurityGroup: a new group may send everything and receives nothing. */
export const createSecurityGroup: Decider = (call) => {
  const { fields, account } = call;
  const name = readName(fields.text("GroupName"));
  const description = readDescription(fields.text("GroupDescription"));
  const vpc = readVpc(call);
  const tags = readOwnTags(fields, "security-group", account.settings.quotas.tagsPerResource);
  refuseSameName(call, vpc, name);
  if (account.groups.size >= account.settings.quotas.groups) {
    throw new Refusal(
      "SecurityGroupLimitExceeded",
      "The maximum number of security groups has been reached.",
    );
  }
  const group = makeGroup(call, vpc, { name, description, tags });
  return {
    groupId: group.id,
    tagSet: tagSet(group.tags),
    securityGroupArn: arn(account.settings, `security-group/${group.id}`),
  };
};

/** Stores a group with the rules that EC2 gives a new one. */
function makeGroup(
  call: Pick<Call, "account" | "random">,
  vpc: Vpc,
  wanted: Pick<Group, "name" | "description" | "tags">,
): Group {
  const { account, random } = call;
  const group = account.groups.put({
    ...wanted,
    id: newId("sg", random),
    vpcId: vpc.id,
    ownerId: account.settings.accountId,
  });
  const all = { protocol: "-1", fromPort: -1, toPort: -1, description: undefined };
  const open = (peer: { kind: "ipv4" | "ipv6"; cidr: string }) =>
    addRule(call, group, { wish: { ...all, peer }, isEgress: true, tags: {} });
  open({ kind: "ipv4", cidr: "0.0.0.0/0" });
  if (vpc.ipv6Cidrs.length > 0) open({ kind: "ipv6", cidr: "::/0" });
  return group;
}

/** Stores the default group of a new VPC, which also receives from itself. */
export function makeDefaultGroup(call: Pick<Call, "account" | "random">, vpc: Vpc): Group {
  const group = makeGroup(call, vpc, {
    name: "default",
    description: "default VPC security group",
    tags: {},
  });
  const peer = { kind: "group", groupId: group.id, ownerId: group.ownerId } as const;
  const wish = { protocol: "-1", fromPort: -1, toPort: -1, peer, description: undefined };
  addRule(call, group, { wish, isEgress: false, tags: {} });
  return group;
}

function readName(text: string | undefined): string {
  if (text === undefined) throw missing("groupName");
  const name = text.trimEnd();
  if (name === "" || name.length > TEXT_LENGTH_MAX || !TEXT.test(name)) {
    throw wrongValue(
      "groupName",
      text,
      "Character sets beyond ASCII letters, digits, spaces and ._-:/()#,@[]+=&;{}!$* are not " +
        "supported, and 1 to 255 characters are allowed.",
    );
  }
  if (name.toLowerCase().startsWith("sg-")) {
    throw wrongValue("groupName", text, "Group names may not be in the format sg-*.");
  }
  if (name.toLowerCase() === "default") {
    throw new Refusal(
      "InvalidGroup.Reserved",
      `The security group '${name}' is reserved and cannot be created`,
    );
  }
  return name;
}

function readDescription(text: string | undefined): string {
  if (text === undefined || text === "") throw missing("groupDescription");
  if (text.length <= TEXT_LENGTH_MAX && TEXT.test(text)) return text;
  throw wrongValue("groupDescription", text, "Up to 255 characters of a limited set are allowed.");
}

function readVpc({ fields, account }: Call): Vpc {
  const id = fields.text("VpcId");
  if (id !== undefined && id !== "") return find(account.vpcs, KINDS.vpc, id);
  for (const vpc of account.vpcs.all()) if (vpc.isDefault) return vpc;
  throw new Refusal("VPCIdNotSpecified", "No default VPC for this user");
}

function refuseSameName({ account }: Call, vpc: Vpc, name: string): void {
  const lower = name.toLowerCase();
  for (const group of account.groups.by("vpc-id", vpc.id)) {
    if (group.name.toLowerCase() !== lower) continue;
    throw new Refusal(
      "InvalidGroup.Duplicate",
      `The security group '${name}' already exists for VPC '${vpc.id}'`,
    );
  }
}

/** DeleteSecurityGroup: refused while an interface or a rule of another group names it. */
export const deleteSecurityGroup: Decider = (call) => {
  const { account } = call;
  const group = readGroup(call);
  if (group.name === "default") {
    throw new Refusal(
      "CannotDelete",
      `the specified group: "${group.id}" name: "default" cannot be deleted by a user`,
    );
  }
  const isReferenced = [...account.rules.by("peerGroupId", group.id)].some(
    (rule) => rule.groupId !== group.id,
  );
  if (isReferenced || account.enis.estimate("group-id", group.id) > 0) {
    throw new Refusal("DependencyViolation", `resource ${group.id} has a dependent object`);
  }
  removeGroup(call, group);
  return { return: true, groupId: group.id };
};

/** Removes a group with its rules. */
export function removeGroup({ account }: Pick<Call, "account">, group: Group): void {
  for (const rule of [...account.rules.by("group-id", group.id)]) account.rules.delete(rule.id);
  account.groups.delete(group.id);
}
