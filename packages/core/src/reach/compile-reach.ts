import { switchValues } from "../network-policies/switches.ts";
import { podEnd } from "../paths/pod-end.ts";
import { asIndex } from "../verdict/evaluate.ts";
import type { EvaluateOptions } from "../verdict/explanation.ts";
import type { Pod } from "../world/cluster.ts";
import type { World } from "../world/world.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { classPairs } from "./class-pairs.ts";
import { GroupRows } from "./group-rows.ts";
import { Numbering } from "./numbering.ts";
import type { PairTable } from "./pair-table.ts";
import { asPodEnd, familyTable, NO_FAMILY, nearTable } from "./placement.ts";
import { NONE, PodShapes, SHAPE } from "./pod-shapes.ts";
import { PolicyRows } from "./policy-rows.ts";
import { checkQuestions, type PortQuestion } from "./questions.ts";
import { assembleReach, openReach, type ReachBuffer } from "./reach-image.ts";
import { CLASS, CLASS_WORDS, type ReachColumns, type ReachCounts } from "./reach-layout.ts";
import { ruleTexts } from "./rule-texts.ts";
import { Tuples } from "./tuples.ts";

/** How to compile. */
export interface ReachOptions extends EvaluateOptions {
  /** 1 to 32; their positions are the bits of the answers. */
  readonly questions: readonly PortQuestion[];
  /** Puts the result into shared memory, for workers. */
  readonly shared?: boolean;
}

/** Compiled reachability with the names of its pods. */
export interface CompiledReach {
  readonly buffer: ReachBuffer;
  /** "namespace/name" of each pod that has not ended, by number, in the order of the world. */
  readonly podNames: readonly string[];
}

/**
 * Compiles who may talk to whom: every pair of pods, for up to 32 questions at once.
 *
 * The answers are those of `evaluate`, with one exception: between pods of two VPCs all is unknown.
 * Throws INVALID_ARGUMENT for questions out of range, QUOTA for more rows or columns than a table
 * holds (262,142 rows, 131,072 columns).
 */
export function compileReach(world: World | WorldIndex, options: ReachOptions): CompiledReach {
  checkQuestions(options.questions);
  const index = asIndex(world);
  const shapes = new PodShapes(index, options);
  const nodes = new Numbering<string, string>();
  const podNames: string[] = [];
  const podShapes: number[] = [];
  const podNodes: number[] = [];
  for (const [name, pod] of index.pods) {
    const end = asPodEnd(podEnd(pod, { eniId: undefined, mode: options.mode }, index));
    if (end === undefined) continue;
    podNames.push(name);
    podShapes.push(shapes.shapeOf(end));
    podNodes.push(nodeNumber(pod, nodes));
  }
  const pods = { shapes: podShapes, nodes: Int32Array.from(podNodes) };
  const { columns, counts } = draftReach(shapes, pods, index, options);
  const buffer = assembleReach(columns, counts, options.shared ?? false);
  return { buffer, podNames };
}

function nodeNumber({ nodeName }: Pod, nodes: Numbering<string, string>): number {
  return nodeName === undefined ? -1 : nodes.of(nodeName, () => nodeName);
}

/** Shape and node of each pod. */
interface PlacedPods {
  readonly shapes: readonly number[];
  readonly nodes: Int32Array;
}

function draftReach(
  shapes: PodShapes,
  pods: PlacedPods,
  index: WorldIndex,
  options: ReachOptions,
): { readonly columns: ReachColumns; readonly counts: ReachCounts } {
  const { questions } = options;
  const groups = new GroupRows(index, shapes.groups, questions);
  const policies = policyRows(shapes, index, options);
  const classes = classesOf(shapes, groups, policies);
  const podClasses = Int32Array.from(pods.shapes, (shape) => classes.ofShape[shape]);
  const none = new Int32Array(0);
  const columns: ReachColumns = {
    podClasses,
    podNodes: pods.nodes,
    pairs: none,
    pairWords: none,
    pairEnds: none,
    endRules: none,
    classes: classes.records.used(),
    nearTable: nearTable(options.model ?? "documented"),
    familyTable: familyTable(questions),
    ...groupColumns(groups.table, questions.length),
    ...policyColumns(policies?.table, questions.length),
    texts: ruleTexts(groups.rules.values, policies?.rules.values ?? []),
  };
  const counts = {
    podCount: podClasses.length,
    classCount: classes.records.count,
    questionCount: questions.length,
    pairBytes: 0,
    hasNearPairs: 0,
  };
  const { pairBytes, hasNearPairs, ...pairs } = classPairs(
    openReach(assembleReach(columns, counts, false)),
  );
  return { columns: { ...columns, ...pairs }, counts: { ...counts, pairBytes, hasNearPairs } };
}

function policyRows(
  { policies }: PodShapes,
  { networkPolicies }: WorldIndex,
  { questions, networkPolicyModel, networkPolicyEnforcing }: ReachOptions,
): PolicyRows | undefined {
  if (policies === undefined || networkPolicies === undefined) return undefined;
  return new PolicyRows(policies, questions, {
    set: networkPolicies,
    switches: switchValues(networkPolicyModel ?? "spec"),
    enforcing: networkPolicyEnforcing ?? "standard",
  });
}

interface Classes {
  readonly records: Tuples;
  readonly ofShape: Int32Array;
}

// Class 0 is no pod.
function classesOf(
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
  for (let word = SHAPE.place; word <= SHAPE.vpc; word++) draft[word] = shape[word];
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

function groupColumns(table: PairTable, questionCount: number) {
  const { yes, maybe, rules } = splitCells(table.cells, questionCount);
  return {
    groupSlots: table.slots,
    groupPages: table.pages.used(),
    groupDefaults: Int32Array.from(table.defaults),
    groupYes: yes,
    groupMaybe: maybe,
    groupRules: rules,
  };
}

function policyColumns(table: PairTable | undefined, questionCount: number) {
  const { yes, maybe, rules } = splitCells(table?.cells, questionCount);
  return {
    policySlots: table?.slots ?? new Int32Array(2),
    policyPages: table?.pages.used() ?? new Int32Array(0),
    policyDefaults: Int32Array.from(table?.defaults ?? [0]),
    policyYes: yes,
    policyMaybe: maybe,
    policyRules: rules,
  };
}

// Without a table there is one cell, which allows everything.
function splitCells(cells: Tuples | undefined, questionCount: number) {
  const count = cells?.count ?? 1;
  const yes = new Int32Array(count).fill(-1);
  const maybe = new Int32Array(count).fill(-1);
  const rules = new Int32Array(count * questionCount).fill(-1);
  if (cells === undefined) return { yes, maybe, rules };
  for (let cell = 0; cell < count; cell++) {
    const at = cell * cells.width;
    yes[cell] = cells.words[at];
    maybe[cell] = cells.words[at + 1];
    rules.set(cells.words.subarray(at + 2, at + cells.width), cell * questionCount);
  }
  return { yes, maybe, rules };
}
