import type { GroupRows } from "./group-rows.ts";
import { NO_FAMILY } from "./placement.ts";
import { NONE, type PodShapes, SHAPE } from "./pod-shapes.ts";
import type { PolicyRows } from "./policy-rows.ts";
import type { PolicySubject } from "./policy-subject.ts";
import { CLASS, CLASS_WORDS } from "./reach-layout.ts";

/** What becomes of shapes: rows of groups, and of policies where these are asked. */
export interface ReachRowSets {
  readonly groups: GroupRows;
  readonly policies: PolicyRows | undefined;
}

/** The class of the pods of a shape. Class 0 is no pod. */
export function classOfShape(shape: number): number {
  return shape + 1;
}

/** The shape of the pods of a class, which is not 0. */
export function shapeOfClass(one: number): number {
  return one - 1;
}

/** Records of all classes, whose rows are compiled on the way. */
export function classRecords({ shapes }: PodShapes, rows: ReachRowSets): Int32Array {
  const records = new Int32Array((shapes.count + 1) * CLASS_WORDS);
  records[CLASS.families] = NO_FAMILY;
  for (let shape = 0; shape < shapes.count; shape++) {
    const record = records.subarray(classOfShape(shape) * CLASS_WORDS);
    writeRecord(record, shapes.words.subarray(shape * shapes.width), rows);
  }
  return records;
}

function writeRecord(record: Int32Array, shape: Int32Array, { groups, policies }: ReachRowSets) {
  // The first words, and those of the columns, are the same in both.
  for (let word = SHAPE.place; word <= SHAPE.realm; word++) record[word] = shape[word];
  for (let word = SHAPE.groupColumn4; word <= SHAPE.ownNodeColumn6; word++) {
    record[word] = shape[word];
  }
  const [own, second] = [shape[SHAPE.ownSet], shape[SHAPE.secondSet]];
  record[CLASS.groupEgress] = groups.rowOf(true, own, second);
  record[CLASS.groupIngress] = groups.rowOf(false, own, second);
  const subject = subjectOf(shape);
  if (subject === undefined || policies === undefined) return;
  record[CLASS.policyEgress] = policies.rowOf(subject, "egress");
  record[CLASS.policyIngress] = policies.rowOf(subject, "ingress");
}

/** The pods of a shape as the subject of policies; undefined where none is enforced. */
export function subjectOf(shape: Int32Array): PolicySubject | undefined {
  const spot = shape[SHAPE.spot];
  if (spot === NONE) return undefined;
  const first = shape[SHAPE.firstFamily];
  return {
    spot,
    ports: shape[SHAPE.ports],
    firstFamily: first === 4 || first === 6 ? first : undefined,
    isScheduled: shape[SHAPE.isScheduled] === 1,
  };
}
