import type { Log } from "@trunkline/process";
import type { View } from "./world-store.ts";

/** Entries of one log line; the rest is counted by the number beside them. */
const LOGGED_MAX = 50;

/** Says in the log, once per change, which groups policies name and EC2 does not have. */
export interface GroupReporter {
  look(view: View): void;
}

/** Makes a reporter that remembers what it said last. */
export function createGroupReporter(log: Log): GroupReporter {
  let last = "";
  return {
    look(view) {
      const missing = missingGroups(view);
      const text = missing.join();
      if (text === last) return;
      last = text;
      const fields = { count: missing.length, missing: missing.slice(0, LOGGED_MAX) };
      if (missing.length > 0) log.warn(fields, "policies name groups that EC2 does not have");
      else log.info({}, "all groups that policies name exist");
    },
  };
}

/**
 * "shop/api names sg-none", for each group that a policy names and EC2 did not list. Pods of such a
 * policy wait: EC2 refuses to make their interface. Empty while EC2 was not read.
 */
function missingGroups({ index, isCloudRead }: View): string[] {
  if (!isCloudRead) return [];
  return index.world.policies.flatMap(({ namespace, name, groupIds }) =>
    groupIds
      .filter((groupId) => !index.groups.has(groupId))
      .map((groupId) => `${namespace}/${name} names ${groupId}`),
  );
}
