import type { Both } from "../../reach/joint-pods.ts";
import { isPlacedByNode, nodeOf } from "../class-key.ts";
import type { Party } from "../party.ts";
import type { Survey } from "../survey.ts";
import { type Member, outsideMembers } from "./outside-members.ts";

/** Parties that are alike in both worlds, apart from their nodes. */
export interface Kind extends Member {
  /** Positions of its members, ascending; the kind itself is the first of them. */
  readonly members: readonly number[];
  readonly party: Party["kind"];
  readonly isOutside: boolean;
  /** Whether it matters which node one is on: always, with others of whom it does, or never. */
  readonly byNode: "always" | "with others" | "never";
}

/** All parties of two worlds, sorted into kinds. */
export interface Kinds {
  readonly members: readonly Member[];
  readonly kinds: readonly Kind[];
  /** By member: the number of its kind. */
  readonly kindOf: Int32Array;
  /** By member: its node, -1 for none. */
  readonly nodeOf: Both<Int32Array>;
}

/** Sorts all parties of two worlds, which number classes alike; those outside of both come last. */
export function kindsOf(before: Survey, after: Survey): Kinds {
  const inside = joined(before.parties, after.parties);
  const members = [...inside, ...outsideMembers(before, after)];
  const kinds: (Kind & { readonly members: number[] })[] = [];
  const numbers = new Map<string, number>();
  const kindOf = Int32Array.from(members, (member, at) => {
    const isOutside = at >= inside.length;
    const ids = `${member.before?.classId} ${member.after?.classId} ${partyKind(member)}`;
    const key = isOutside ? `outside ${at}` : ids;
    const kind = numbers.get(key) ?? kinds.push(newKind(member, isOutside)) - 1;
    numbers.set(key, kind);
    kinds[kind].members.push(at);
    return kind;
  });
  return { members, kinds, kindOf, nodeOf: nodesOf(members) };
}

function partyKind({ before, after }: Member): Party["kind"] {
  return (before ?? after)?.kind ?? "address";
}

function newKind(member: Member, isOutside: boolean) {
  const { before, after } = member;
  const ends = [before, after].flatMap((party) => party?.end ?? []);
  const byNode = ends.some(({ kind }) => kind === "node")
    ? ("always" as const)
    : ends.some(isPlacedByNode)
      ? ("with others" as const)
      : ("never" as const);
  return { ...member, members: [], party: partyKind(member), isOutside, byNode };
}

// Those of before first, in their order.
function joined(before: readonly Party[], after: readonly Party[]): readonly Member[] {
  const old = new Map(before.map((party) => [keyOf(party), party]));
  const now = new Map(after.map((party) => [keyOf(party), party]));
  return [...new Set([...old.keys(), ...now.keys()])].map((key) => {
    const [was, is] = [old.get(key), now.get(key)];
    return { name: (was ?? is)?.name ?? "", before: was, after: is };
  });
}

function keyOf({ kind, name }: Party): string {
  return `${kind} ${name}`;
}

function nodesOf(members: readonly Member[]): Both<Int32Array> {
  const numbers = new Map<string, number>();
  const numberOf = (party: Party | undefined) => {
    const node = party && nodeOf(party.end);
    if (node === undefined) return -1;
    const number = numbers.get(node) ?? numbers.size;
    numbers.set(node, number);
    return number;
  };
  return {
    before: Int32Array.from(members, (member) => numberOf(member.before)),
    after: Int32Array.from(members, (member) => numberOf(member.after)),
  };
}
