import { groupLabel } from "../groups/rule-text.ts";
import type { SecurityGroup } from "../world/cloud.ts";
import type { WorldIndex } from "../world/world-index.ts";

/** Which group of a target the load balancer controller puts its rules into. */
export interface EditedGroup {
  /** Undefined when it finds none, or more than one. */
  readonly groupId: string | undefined;
  readonly problems: readonly EditedGroupProblem[];
}

/** What is wrong with the groups of a target. `unknown`: their tags or the cluster's name were not read. */
export interface EditedGroupProblem {
  readonly level: "error" | "warning" | "unknown";
  /** One sentence. */
  readonly text: string;
}

type GroupsOfWorld = Pick<WorldIndex, "groups" | "prefixLists" | "world">;

/**
 * Says which group the AWS Load Balancer Controller would edit: the only one of an interface, else
 * the only one with the tag `kubernetes.io/cluster/<name>`. It looks at the key alone; a value other
 * than "shared" or "owned" is a warning. Source: aws-load-balancer-controller
 * pkg/networking/networking_manager.go; EKS best practices, "Tag a single security group".
 */
export function editedGroup(groupIds: readonly string[], index: GroupsOfWorld): EditedGroup {
  const ids = [...new Set(groupIds)];
  if (ids.length === 1) return { groupId: ids[0], problems: [] };
  if (ids.length === 0) return failed("error", "the interface has no group");
  const { clusterName } = index.world.settings;
  if (clusterName === undefined) {
    return failed("unknown", "the name of the cluster is not known, which the tag of a group has");
  }
  const groups = ids.map((id) => index.groups.get(id));
  const unread = ids.filter((_, at) => groups[at]?.tags === undefined);
  if (unread.length > 0) return failed("unknown", `tags of ${unread.join(", ")} were not read`);
  const known = groups.filter((group) => group !== undefined);
  const key = `${tagPrefix}${clusterName}`;
  const tagged = known.filter(({ tags = {} }) => Object.hasOwn(tags, key));
  const names = (list: readonly SecurityGroup[]) =>
    list.map(({ groupId }) => groupLabel(groupId, index)).join(", ");
  const [only, ...others] = tagged;
  if (others.length > 0) {
    return failed("error", `${names(tagged)} carry the tag ${key}, exactly one must`);
  }
  if (only !== undefined) return { groupId: only.groupId, problems: valueProblems(only, key) };
  const foreign = known.flatMap((group) => otherClusters(group).map((tag) => ({ group, tag })));
  const hint = foreign.map(({ group, tag }) => `; ${names([group])} has ${tag}, another cluster's`);
  return failed("error", `none of ${names(known)} carries the tag ${key}${hint.join("")}`);
}

const tagPrefix = "kubernetes.io/cluster/";

function valueProblems(group: SecurityGroup, key: string): readonly EditedGroupProblem[] {
  const value = group.tags?.[key] ?? "";
  if (value === "shared" || value === "owned") return [];
  const text = `tag ${key} of ${group.name} is ${JSON.stringify(value)}, not "shared" or "owned"`;
  return [{ level: "warning", text }];
}

function otherClusters({ tags = {} }: SecurityGroup): readonly string[] {
  return Object.keys(tags).filter((key) => key.startsWith(tagPrefix));
}

function failed(level: EditedGroupProblem["level"], text: string): EditedGroup {
  return { groupId: undefined, problems: [{ level, text }] };
}
