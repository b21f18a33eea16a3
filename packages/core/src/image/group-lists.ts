import { growing32 } from "./grower.ts";

/** The groups of interfaces; equal lists are kept once. */
export interface GroupLists {
  /** By interface: the number of its list. */
  readonly ofInterface: Int32Array;
  /** Numbers of groups, in the order in which interfaces name them. */
  readonly lists: readonly (readonly number[])[];
}

/** Gives numbers to groups. */
interface GroupNumbers {
  groupNumber(groupId: string): number;
}

/** Reads the groups of interfaces. */
export function groupLists(
  interfaces: readonly { readonly groupIds: readonly string[] }[],
  numbers: GroupNumbers,
): GroupLists {
  const lists: (readonly number[])[] = [];
  const byKey = new Map<string, number>();
  // Most interfaces have one group, whose list needs no key: its number plus one.
  const ofGroup = growing32();
  const ofInterface = new Int32Array(interfaces.length);
  for (let at = 0; at < interfaces.length; at++) {
    const { groupIds } = interfaces[at];
    if (groupIds.length === 1) {
      const group = numbers.groupNumber(groupIds[0]);
      if (group >= ofGroup.length) ofGroup.add(group + 1 - ofGroup.length, 0);
      if (ofGroup.words[group] === 0) ofGroup.words[group] = lists.push([group]);
      ofInterface[at] = ofGroup.words[group] - 1;
    } else {
      const groups = groupIds.map((groupId) => numbers.groupNumber(groupId));
      const key = groups.join(",");
      const known = byKey.get(key) ?? lists.push(groups) - 1;
      byKey.set(key, known);
      ofInterface[at] = known;
    }
  }
  return { ofInterface, lists };
}
