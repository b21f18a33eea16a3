import { checkPolicy, type SecurityGroupPolicy } from "@trunkline/core";
import type { Log } from "@trunkline/process";
import type { Manifests } from "./assemble.ts";
import { inOrder, type Problem, problemLine, type Source } from "./problem.ts";

/** Entries of one log line; the rest is counted by the number beside them. */
const LOGGED_MAX = 50;

/** Says in the log what people must know about manifests, once per change. */
export interface ManifestReporter {
  /** Manifests that were taken: counts, and the policies that are ignored. */
  taken(manifests: Manifests, outcome: Taken): void;
  /** Manifests that were refused while an older world stays. */
  refused(manifests: Manifests, revision: number): void;
}

/** What taking manifests led to. */
interface Taken {
  readonly revision: number;
  /** False when the files differ and what they say does not. */
  readonly isChanged: boolean;
}

/** Makes a reporter that remembers what it said last. */
export function createManifestReporter(log: Log): ManifestReporter {
  let lastWarnings = "";
  let lastProblems = "";
  return {
    taken({ cluster, ignoredKinds, places }, { revision, isChanged }) {
      if (lastProblems !== "") log.info({ revision }, "manifests are good again");
      lastProblems = "";
      if (isChanged) {
        const counts = Object.entries(cluster).map(([kind, list]) => [kind, list.length]);
        const ignoredKindCounts = Object.fromEntries(ignoredKinds);
        const fields = { revision, ...Object.fromEntries(counts), ignoredKindCounts };
        log.info(fields, "manifests have changed");
      }
      const warnings = ineffectivePolicies(cluster.policies, places).map(problemLine);
      if (warnings.length > 0 && warnings.join() !== lastWarnings) {
        const fields = { count: warnings.length, policies: warnings.slice(0, LOGGED_MAX) };
        log.warn(fields, "policies are ignored");
      }
      lastWarnings = warnings.join();
    },
    refused({ problems }, revision) {
      const lines = inOrder(problems).map(problemLine);
      if (lines.join() === lastProblems) return;
      lastProblems = lines.join();
      const fields = { revision, count: lines.length, problems: lines.slice(0, LOGGED_MAX) };
      log.warn(fields, "manifests are broken; the last good world stays");
    },
  };
}

/**
 * The policies that the cluster accepts and the controller ignores: no selector, no groups, or a
 * selector that is not valid. They are warnings because they are not errors on a cluster either.
 */
export function ineffectivePolicies(
  policies: readonly SecurityGroupPolicy[],
  places: ReadonlyMap<string, () => Source>,
): Problem[] {
  return policies.flatMap((policy) => {
    const subject = `SecurityGroupPolicy ${policy.namespace}/${policy.name}`;
    return checkPolicy(policy).map(({ field, description }) => {
      const place = places.get(subject)?.() ?? { file: "?", line: 1 };
      return { ...place, subject, path: field, description };
    });
  });
}
