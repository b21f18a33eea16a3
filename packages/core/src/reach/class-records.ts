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
    const own = shapes.words.subarray(shape * shapes.width, (shape + 1) * shapes.width);
    writeRecord(draft, own, groups, policies);
    ofShape[shape] = records.intern(draft, 0);
  }
  return { records, ofShape };
}

function writeRecord(
  draft: Int32Array,
  shape: Int32Array,
  groups: GroupRows,
  policies: PolicyRows | undefined,
): void {
  // The first words, and those of the columns, are the same in both.
  for (let word = SHAPE.place; word <= SHAPE.realm; word++) draft[word] = shape[word];
  for (let word = SHAPE.groupColumn4; word <= SHAPE.ownNodeColumn6; word++) {
    draft[word] = shape[word];
  }
  const own = shape[SHAPE.ownSet];
  const second = shape[SHAPE.secondSet] === NONE ? undefined : shape[SHAPE.secondSet];
  draft[CLASS.groupEgress] = groups.rowOf(true, own, second);
  draft[CLASS.groupIngress] = groups.rowOf(false, own, second);
  draft[CLASS.policyEgress] = 0;
  draft[CLASS.policyIngress] = 0;
  const spot = shape[SHAPE.spot];
  if (spot === NONE || policies === undefined) return;
  const first = shape[SHAPE.firstFamily];
  const subject = {
    spot,
    ports: shape[SHAPE.ports],
    firstFamily: first === 4 || first === 6 ? first : undefined,
    isScheduled: shape[SHAPE.isScheduled] === 1,
  } as const;
  draft[CLASS.policyEgress] = policies.rowOf(subject, "egress");
  draft[CLASS.policyIngress] = policies.rowOf(subject, "ingress");
}
