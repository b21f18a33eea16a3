import {
  type DeepPartial,
  Verdict,
  type WhoCanRequest,
  type WhoCanResponse_Source,
} from "@trunkline/proto/policy";
import type { SourceView } from "../view/who-can.ts";
import { type PolicySource, withPolicy } from "./clients.ts";

/** Entries asked for at a time, the most the contract allows. */
const PAGE_SIZE = 1000;
/** Pages read: a million entries. A server that goes on after them is broken. */
const PAGES_MAX = 1000;

/** Everybody who reaches a destination, in sets with one reason each. */
export function whoCan(
  request: DeepPartial<WhoCanRequest>,
  policy: PolicySource,
): Promise<readonly SourceView[]> {
  return withPolicy(policy, async (client) => {
    const sources: SourceView[] = [];
    let pageToken = "";
    for (let count = 0; count < PAGES_MAX; count++) {
      const page = await client.whoCan({ ...request, pageSize: PAGE_SIZE, pageToken });
      sources.push(...page.sources.map(viewOf));
      pageToken = page.nextPageToken;
      if (pageToken === "") return sources;
    }
    throw new Error(`WhoCan did not end after ${PAGES_MAX} pages`);
  });
}

function viewOf(source: WhoCanResponse_Source): SourceView {
  const { pods, others, outside, rules, because } = source;
  const verdict = source.verdict === Verdict.VERDICT_ALLOW ? "ALLOW" : "UNKNOWN";
  const via = rules.map(({ groupName, text, ruleId }) => `${groupName} ${text} (${ruleId})`);
  return { verdict, pods, others, outside, via, because };
}
