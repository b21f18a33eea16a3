import { nodeOf } from "../class-key.ts";
import type { Party } from "../party.ts";
import type { Survey } from "../survey.ts";
import { type Member, outsideMembers } from "./outside-members.ts";

/** Parties that are alike in both worlds: the same classes on the same nodes. */
export interface Cell {
  readonly isOutside: boolean;
  /** The same for all cells of the same classes, on whatever node. */
  readonly kindId: number;
  readonly nodeBefore: string | undefined;
  readonly nodeAfter: string | undefined;
  readonly members: readonly Member[];
}

/** Sorts all parties of two worlds into cells, those outside of both last. */
export function cellsOf(before: Survey, after: Survey): readonly Cell[] {
  const old = new Map(before.parties.map((party) => [keyOfParty(party), party]));
  const now = new Map(after.parties.map((party) => [keyOfParty(party), party]));
  const cells = new Map<string, Member[]>();
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const member = {
      name: key.slice(key.indexOf(" ") + 1),
      before: old.get(key),
      after: now.get(key),
    };
    const cell = [placeKey(member.before), placeKey(member.after)].join(" ");
    const members = cells.get(cell);
    if (members === undefined) cells.set(cell, [member]);
    else members.push(member);
  }
  const outside = outsideMembers(before, after);
  const kinds = new Map<string, number>();
  return [...[...cells.values()], ...outside.map((member) => [member])].map((members, at) => {
    const [first] = members;
    const kind = `${first.before?.classId} ${first.after?.classId}`;
    const kindId = kinds.get(kind) ?? kinds.size;
    kinds.set(kind, kindId);
    return {
      isOutside: at >= cells.size,
      kindId,
      nodeBefore: first.before && nodeOf(first.before.end),
      nodeAfter: first.after && nodeOf(first.after.end),
      members,
    };
  });
}

function keyOfParty({ kind, name }: Party): string {
  return `${kind} ${name}`;
}

function placeKey(party: Party | undefined): string {
  return party === undefined ? "-" : `${party.classId}@${nodeOf(party.end) ?? ""}`;
}
