import { type FieldProblem, invalid } from "../errors/trunkline-error.ts";

/** A point of group semantics that AWS leaves open, with the answer that is taken. */
export interface GroupSwitch {
  /** The question, for people. */
  readonly question: string;
  /** Every answer there is, the default first. */
  readonly values: readonly [string, string];
  /** Why the default is the default. */
  readonly source: string;
}

const guide = "EC2 user guide, Security group connection tracking";

/** Every switch of connection tracking; the first of its values is the default. */
export const GROUP_SWITCHES = {
  wholeFamily: {
    question:
      "Do blocks that together hold a family, or a prefix list that does, count as all addresses?",
    values: ["literal", "covered"],
    source: `${guide}: names 0.0.0.0/0 and ::/0 alone`,
  },
  midStream: {
    question:
      "Does a TCP packet from the middle of a stream that a rule allows begin a tracked connection?",
    values: ["tracks", "passes"],
    source: "not documented; as Linux conntrack does by default",
  },
  groupSetChange: {
    question: "Does a change of an interface's set of groups act like a change of rules?",
    values: ["as rules", "cuts"],
    source: "not documented; the table of connections is the interface's, not the group's",
  },
  openedLater: {
    question: "Does a tracked connection stay tracked when rules become open?",
    values: ["stays", "untracked"],
    source: "not documented; nothing says that an entry of the table is given up",
  },
  icmpErrors: {
    question: "Do ICMP errors about a tracked connection pass without a rule?",
    values: ["related", "judged"],
    source: "not documented; the guide of 2023 tells users to open them, which is the other value",
  },
  untrackedEdit: {
    question: "Does an untracked connection outlive an edit after which rules still allow it?",
    values: ["continues", "cut"],
    source: `${guide}: each packet is judged by the rules; also: an edit of its rule cuts it`,
  },
} as const satisfies Readonly<Record<string, GroupSwitch>>;

/** The name of a switch of group semantics. */
export type GroupSwitchName = keyof typeof GROUP_SWITCHES;

/** A value for every switch of group semantics. */
export type GroupSwitchValues = {
  readonly [Name in GroupSwitchName]: (typeof GROUP_SWITCHES)[Name]["values"][number];
};

/**
 * The values of all switches: those that are given, the default of every other one.
 *
 * Throws INVALID_ARGUMENT with every name that is no switch and every value that is none of its.
 */
export function groupSwitchValues(given: Partial<GroupSwitchValues> = {}): GroupSwitchValues {
  const defaults = Object.entries(GROUP_SWITCHES).map(([name, { values }]) => [name, values[0]]);
  const problems = Object.entries(given).flatMap(([name, value]) => problemsOf(name, value));
  if (problems.length > 0) throw invalid("the switches cannot be set", problems);
  // Names and values were just looked at.
  return { ...(Object.fromEntries(defaults) as GroupSwitchValues), ...given };
}

function problemsOf(field: string, value: unknown): readonly FieldProblem[] {
  if (!Object.hasOwn(GROUP_SWITCHES, field)) {
    return [{ field, description: `no such switch; known are ${names.join(", ")}` }];
  }
  const values: readonly unknown[] = GROUP_SWITCHES[field as GroupSwitchName].values;
  if (values.includes(value)) return [];
  return [{ field, description: `must be one of ${values.join(", ")}, found ${String(value)}` }];
}

const names = Object.keys(GROUP_SWITCHES);
