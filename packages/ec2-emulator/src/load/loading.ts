import { type FieldProblem, type Random, TrunklineError } from "@trunkline/core";
import type { Account } from "../account/account.ts";
import { Refusal } from "../wire/refusal.ts";
import type { AccountDocument } from "./document.ts";

/** What every part of the loader works with. Problems are collected, not thrown. */
export interface Loading {
  readonly account: Account;
  readonly document: AccountDocument;
  readonly nowMs: number;
  readonly random: Random;
  readonly problems: FieldProblem[];
}

/** Runs a step of loading; an expected error becomes a problem of the field. */
export function attempt<T>(loading: Loading, field: string, step: () => T): T | undefined {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof TrunklineError)) throw error;
    loading.problems.push({ field, description: error.message });
    return undefined;
  }
}

/** Notes a problem. */
export function problem(loading: Loading, field: string, description: string): void {
  loading.problems.push({ field, description });
}

/** True when no row of the table has the id yet; notes a problem otherwise. */
export function isNew(
  loading: Loading,
  table: { get(id: string): unknown },
  at: { readonly field: string; readonly id: string },
): boolean {
  if (table.get(at.id) === undefined) return true;
  problem(loading, at.field, `${at.id} is listed twice`);
  return false;
}

/** Tags of a document by key. */
export function tagsOf(
  list: readonly { readonly Key: string; readonly Value: string }[] | undefined,
): Record<string, string> {
  return Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key, Value]));
}
