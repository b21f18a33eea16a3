import type { GroupRows } from "./group-rows.ts";
import { NO_FAMILY } from "./placement.ts";
import { NONE, type PodShapes, SHAPE } from "./pod-shapes.ts";
import type { PolicyRows } from "./policy-rows.ts";
import { CLASS, CLASS_WORDS } from "./reach-layout.ts";
import { Tuples } from "./tuples.ts";

/** Records of all classes, and the class of each shape. */
export interface Classes {
  readonly records: Tuples;
  readonly ofShape: Int32Array;
}

/** Turns shapes into classes, whose rows are compiled on the way. Class 0 is no pod. */
export function classesOf(
  { shapes }: PodShapes,
  groups: GroupRows,
  policies: PolicyRows | undefined,
): Classes {
  const records = new Tuples(CLASS_WORDS);
  const draft = new Int32Array(CLASS_WORDS);
  draft[CLASS.families] = NO_FAMILY;
  records.intern(draft, 0);
  const ofShape = new Int32Array(shapes.count);
  for (let shape = 0; shape < shapes.count; shape++) {
    writeRecord(draft, { shapes, groups, policies }, shape * shapes.width);
    ofShape[shape] = records.intern(draft, 0);
  }
  return { records, ofShape };
}

interface Rows {
  readonly shapes: Tuples;
  readonly groups: GroupRows;
  readonly policies: PolicyRows | undefined;
}

function writeRecord(draft: Int32Array, { shapes, groups, policies }: Rows, at: number): void {
  const { words } = shapes;
  // The first words, and those of the columns, are the same in both.
  for (let word = SHAPE.place; word <= SHAPE.realm; word++) draft[word] = words[at + word];
  for (let word = SHAPE.groupColumn4; word <= SHAPE.ownNodeColumn6; word++) {
    draft[word] = words[at + word];
  }
  const own = words[at + SHAPE.ownSet];
  const second = words[at + SHAPE.secondSet];
  draft[CLASS.groupEgress] = groups.rowOf(true, own, second);
  draft[CLASS.groupIngress] = groups.rowOf(false, own, second);
  draft[CLASS.policyEgress] = 0;
  draft[CLASS.policyIngress] = 0;
  const spot = words[at + SHAPE.spot];
  if (spot === NONE || policies === undefined) return;
  const first = words[at + SHAPE.firstFamily];
  const subject = {
    spot,
    ports: words[at + SHAPE.ports],
    firstFamily: first === 4 || first === 6 ? first : undefined,
    isScheduled: words[at + SHAPE.isScheduled] === 1,
  } as const;
  draft[CLASS.policyEgress] = policies.rowOf(subject, "egress");
  draft[CLASS.policyIngress] = policies.rowOf(subject, "ingress");
}
