import { switchValues } from "../network-policies/switches.ts";
import { asIndex } from "../verdict/evaluate.ts";
import type { EvaluateOptions } from "../verdict/explanation.ts";
import type { Pod } from "../world/cluster.ts";
import type { World } from "../world/world.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { groupColumns, policyColumns } from "./cell-columns.ts";
import { classPairs, type PairedClasses } from "./class-pairs.ts";
import { classOfShape, classRecords, type ReachRowSets } from "./class-records.ts";
import { GroupRows } from "./group-rows.ts";
import { Numbering } from "./numbering.ts";
import { familyTable, nearTable } from "./placement.ts";
import { PodShapes } from "./pod-shapes.ts";
import { PolicyRows } from "./policy-rows.ts";
import { checkQuestions, type PortQuestion } from "./questions.ts";
import { assembleReach, type ReachBuffer } from "./reach-image.ts";
import { CLASS_WORDS, type ReachColumns } from "./reach-layout.ts";
import { type ReachRoom, TEXT_ROOM_WORDS, withPairRoom, withTableRoom } from "./reach-room.ts";
import { ruleTexts } from "./rule-texts.ts";
import { SeatedPods } from "./seated-pods.ts";

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
 * The answers are those of `evaluate`, with one exception: between pods of two VPCs, and of two
 * subnets one of which has a network ACL that does not let everything through, all is unknown here,
 * and `evaluate` may know.
 * Throws INVALID_ARGUMENT for questions out of range, QUOTA for more rows or columns than a table
 * holds (262,142 rows, 131,072 columns).
 */
export function compileReach(world: World | WorldIndex, options: ReachOptions): CompiledReach {
  const { buffer, podNames } = draftReach(asIndex(world), options, undefined);
  return { buffer, podNames };
}

/** Compiled reachability with what is needed to follow edits. */
export interface ReachDraft extends CompiledReach {
  readonly placer: PodPlacer;
  readonly rows: ReachRowSets;
  readonly paired: PairedClasses;
}

/** Compiles; numbers without a pod have class 0. @param room for edits, none where undefined. */
export function draftReach(
  index: WorldIndex,
  options: ReachOptions,
  room: ReachRoom | undefined,
): ReachDraft {
  checkQuestions(options.questions);
  const placer = new PodPlacer(index, options);
  const podNames: string[] = [];
  const classes: number[] = [];
  const nodes: number[] = [];
  index.pods.forEach((pod, name) => {
    const shape = placer.shapeOf(pod, index);
    if (shape === undefined) return;
    podNames.push(name);
    classes.push(classOfShape(shape));
    nodes.push(placer.nodeOf(pod));
  });
  const rows = rowsOf(placer, index, options);
  const podClasses = new Int32Array(classes.length + (room?.pods ?? 0));
  podClasses.set(classes);
  const podNodes = new Int32Array(podClasses.length).fill(-1);
  podNodes.set(nodes);
  const all = { ...tablesOf(placer, rows, { options, room }), podClasses, podNodes };
  const counts = {
    podCount: podClasses.length,
    classCount: all.classes.length / CLASS_WORDS,
    questionCount: options.questions.length,
  };
  const tables = { ...counts, ...all, pairBytes: 0, hasNearPairs: 0 };
  const paired = classPairs(tables, room !== undefined);
  const { pairBytes, hasNearPairs, ...pairs } = paired.pairs;
  const columns = { ...all, ...(room === undefined ? pairs : withPairRoom(pairs, tables)) };
  const filled = { ...counts, pairBytes, hasNearPairs };
  const buffer = assembleReach(columns, filled, options.shared ?? false);
  return { buffer, podNames, placer, rows, paired };
}

/** Places pods: their shapes, and numbers of their nodes. */
export class PodPlacer {
  readonly shapes: PodShapes;
  readonly #seats: SeatedPods;
  readonly #nodes = new Numbering<string, string>();

  constructor(index: WorldIndex, options: ReachOptions) {
    this.shapes = new PodShapes(index, options);
    this.#seats = new SeatedPods(options.mode, index.world.settings);
  }

  /** The shape of a pod, or undefined when it has ended. */
  shapeOf(pod: Pod, index: WorldIndex): number | undefined {
    const seat = this.#seats.seatOf(pod, index);
    return seat && this.shapes.shapeOf(seat);
  }

  /** The number of a pod's node, -1 for none. */
  nodeOf({ nodeName }: Pod): number {
    if (nodeName === undefined) return -1;
    return this.#nodes.find(nodeName) ?? this.#nodes.add(nodeName, nodeName);
  }
}

function rowsOf({ shapes }: PodPlacer, index: WorldIndex, options: ReachOptions): ReachRowSets {
  return {
    groups: new GroupRows(index, shapes.groups, options.questions),
    policies: policyRows(shapes, index, options),
  };
}

interface TableOptions {
  readonly options: ReachOptions;
  readonly room: ReachRoom | undefined;
}

// Rows are made with the records of classes, so that these come first.
function tablesOf(
  { shapes }: PodPlacer,
  rows: ReachRowSets,
  { options: { questions, model }, room }: TableOptions,
): Omit<ReachColumns, "podClasses" | "podNodes"> {
  const { groups, policies } = rows;
  const classes = classRecords(shapes, rows);
  if (room !== undefined) for (const one of [groups, policies]) one?.table.reserve();
  const tables = {
    ...groupColumns(groups.table, questions.length),
    ...policyColumns(policies?.table, questions.length),
  };
  return {
    ...{ pairs: none, pairWords: none, classEnds: none },
    ...{ egressEnds: none, ingressEnds: none, endRules: none },
    classes,
    nearTable: nearTable(model ?? "documented"),
    familyTable: familyTable(questions),
    ...(room === undefined ? tables : withTableRoom(tables, questions.length)),
    texts: ruleTexts(
      { groupRules: groups.rules.values, policies: policies?.names ?? noNames },
      room === undefined ? 0 : TEXT_ROOM_WORDS,
    ),
  };
}

const none = new Int32Array(0);
const noNames = { titles: [], places: [], words: [] };

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
