import { type FieldProblem, invalid, type Random } from "@trunkline/core";
import * as v from "valibot";
import type { Account } from "../account/account.ts";
import { accountSchema } from "./document.ts";
import { loadGroups } from "./load-groups.ts";
import { loadInterfaces } from "./load-interfaces.ts";
import { loadNetwork } from "./load-network.ts";
import type { Loading } from "./loading.ts";

/** Most problems that are told at once. */
const PROBLEMS_MAX = 100;

/**
 * Fills an empty account from a document in the shapes of `aws ec2 describe-…`.
 *
 * What EC2 always has and the document leaves out is added: the default group, main route table
 * and default network ACL of a VPC, and the primary interface of an instance. Throws
 * INVALID_ARGUMENT with every problem at once; the account is then empty as before.
 */
export function loadAccount(
  account: Account,
  input: unknown,
  { nowMs, random }: { readonly nowMs: number; readonly random: Random },
): void {
  const parsed = v.safeParse(accountSchema, input);
  if (!parsed.success) throw invalid("the account is wrong:", shapeProblems(parsed.issues));
  const problems: FieldProblem[] = [];
  const loading: Loading = { account, document: parsed.output, nowMs, random, problems };
  loadNetwork(loading);
  loadGroups(loading);
  loadInterfaces(loading);
  if (problems.length === 0) {
    account.commit();
    return;
  }
  account.undo();
  throw invalid("the account is wrong:", problems.slice(0, PROBLEMS_MAX));
}

function shapeProblems(issues: readonly v.BaseIssue<unknown>[]): FieldProblem[] {
  return issues.slice(0, PROBLEMS_MAX).map((issue) => {
    const isUnknown = issue.type === "strict_object" && issue.expected === "never";
    return {
      field: v.getDotPath(issue) ?? "",
      description: isUnknown ? "no such list" : issue.message,
    };
  });
}
