import type { Random } from "@trunkline/core";
import type { Account } from "../account/account.ts";
import type { IndexedTables } from "../account/indexes.ts";
import { drawDuration, STATE_DURATIONS, type Transition } from "../account/settings.ts";
import type { Fields } from "../wire/fields.ts";
import type { TreeObject } from "../wire/xml.ts";

/** Everything that a decider is given; nothing else reaches it. */
export interface Call {
  readonly action: string;
  readonly fields: Fields;
  /** The truth: what a call changes and what its checks look at. */
  readonly account: Account;
  /** What the reader sees, which may be a little older than the truth. */
  readonly view: IndexedTables;
  readonly nowMs: number;
  readonly random: Random;
  /** The query in canonical form, to which page tokens are bound. */
  readonly query: () => string;
}

/** Decides one action: changes the account or throws a Refusal, and says what is answered. */
export type Decider = (call: Call) => TreeObject;

/** Answer of an action that has no output. */
export const DONE: TreeObject = { return: true };

/** When a transition that starts now ends, by chance and scale. */
export function endOf(
  transition: Transition,
  { account, nowMs, random }: Pick<Call, "account" | "nowMs" | "random">,
): number {
  const { stateScale, extraMs } = account.settings;
  const drawn = drawDuration(STATE_DURATIONS[transition], random);
  return nowMs + Math.round(drawn * stateScale) + (extraMs?.[transition] ?? 0);
}
