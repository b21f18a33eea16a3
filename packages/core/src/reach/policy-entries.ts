import type { Cidr } from "../net/cidr.ts";
import { cidrContainsCidr } from "../net/cidr.ts";
import { peerCovers } from "../network-policies/peer-covers.ts";
import type { PolicyEnd } from "../network-policies/policy-end.ts";
import { portCovers } from "../network-policies/port-covers.ts";
import type { PolicyContext } from "../network-policies/question.ts";
import type {
  AddressBlock,
  PolicyAction,
  PolicyDirection,
  PolicyPeer,
  PolicyRule,
  ReadPolicy,
} from "../network-policies/read-policy.ts";
import type { Coverage } from "./group-columns.ts";
import type { PolicyColumns } from "./policy-columns.ts";
import { ALL_WORDS, type PortQuestion, type Words } from "./questions.ts";
import type { RuleNumbers } from "./rule-numbers.ts";

/** One peer of one rule, with the rule's ports: what is covered together. */
export interface PolicyEntry {
  readonly action: PolicyAction;
  /** Undefined for everybody. */
  readonly columns: Coverage | undefined;
  /** What its ports cover; by the named ports of one end where they have names. */
  readonly words: (namedPorts: number) => Words;
  /** True when `words` asks for named ports at all. */
  readonly hasNames: boolean;
  /** Number of the place in the policy. */
  readonly rule: number;
  /** Port entries that an engine writes for it. */
  readonly portCount: number;
  /** Bits of its blocks' longest prefix; undefined for pods, which are hosts; 0 for everybody. */
  readonly prefixLength: number | undefined;
  /** Holes of its blocks. */
  readonly holes: readonly Cidr[];
}

/** A policy's entries in one direction, rule by rule in the order written. */
export type PolicyEntries = readonly (readonly PolicyEntry[])[];

/** What is the same for all entries of a compile. */
export interface EntryContext {
  readonly columns: PolicyColumns;
  readonly questions: readonly PortQuestion[];
  readonly set: PolicyContext["set"];
  readonly switches: PolicyContext["switches"];
  readonly enforcing: PolicyContext["enforcing"];
  /** Words of ports without names, by their text; filled on the way. */
  readonly rangeWords: Map<string, () => Words>;
  readonly rules: RuleNumbers;
}

/** Compiles the rules of a policy in one direction. All columns must be there. */
export function policyEntries(
  { policy, title }: TitledPolicy,
  direction: PolicyDirection,
  context: EntryContext,
): PolicyEntries {
  return (policy[direction] ?? []).map((rule) => {
    const peers = rule.peers ?? everybody;
    return peers.map((peer) => entryOf({ policy, title, direction, rule, peer }, context));
  });
}

/** A policy and the number of its title. */
interface TitledPolicy {
  readonly policy: ReadPolicy;
  readonly title: number;
}

const everybody = [undefined] as const;
const none: readonly never[] = [];

interface Source extends TitledPolicy {
  readonly direction: PolicyDirection;
  readonly rule: PolicyRule;
  readonly peer: PolicyPeer | undefined;
}

function entryOf(source: Source, context: EntryContext): PolicyEntry {
  const { title, rule, peer } = source;
  return {
    action: rule.action,
    columns: peer === undefined ? undefined : coverageOf(peer, source, context),
    words: portWords(source, context),
    hasNames: hasNames(rule),
    rule: context.rules.of(title, peer?.at ?? rule.at, rule.action),
    portCount: rule.ports?.length ?? 1,
    prefixLength: prefixLengthOf(peer),
    holes: peer?.kind === "blocks" ? peer.blocks.flatMap(({ except }) => except) : none,
  };
}

function prefixLengthOf(peer: PolicyPeer | undefined): number | undefined {
  if (peer === undefined) return 0;
  if (peer.kind !== "blocks") return undefined;
  return Math.max(...peer.blocks.map(({ cidr }) => cidr.prefixLength));
}

function coverageOf(peer: PolicyPeer, source: Source, context: EntryContext): Coverage {
  const { columns } = context;
  const regular = regularColumns(peer, context);
  // Selectors cover spots, whatever is known of addresses.
  if (peer.kind === "pods" || columns.odd.length === 0) return { yes: regular, maybe: none };
  const yes = [...regular];
  const maybe: number[] = [];
  for (const column of columns.odd) {
    const { end } = columns.columns.values[column];
    const match = peerCovers(peer, source.policy.tier, contextOf(source, end, context));
    if (match === "yes") yes.push(column);
    if (match === "unknown") maybe.push(column);
  }
  return { yes, maybe };
}

// Columns of pods whose address is known, and for selectors of all pods.
function regularColumns(peer: PolicyPeer, { columns }: EntryContext): readonly number[] {
  switch (peer.kind) {
    case "pods":
      return columns.ofSpots(columns.spots.chosenBy(peer));
    case "blocks":
      return blockColumns(peer.blocks, columns);
    case "nodes":
    case "domains":
      return [];
  }
}

function blockColumns(blocks: readonly AddressBlock[], columns: PolicyColumns): readonly number[] {
  const [first, ...others] = blocks;
  if (first !== undefined && others.length === 0) return columns.inBlock(first);
  return [...new Set(blocks.flatMap((block) => columns.inBlock(block)))];
}

/** Columns whose address is inside a hole for certain. */
export function columnsInHole(hole: Cidr, columns: PolicyColumns): readonly number[] {
  const odd = columns.odd.filter((column) => {
    const { within } = columns.columns.values[column].end;
    return within.some((place) => cidrContainsCidr(hole, place));
  });
  return [...columns.inBlock({ cidr: hole, except: [] }), ...odd];
}

function allWords(): Words {
  return ALL_WORDS;
}

function portWords(source: Source, context: EntryContext): (namedPorts: number) => Words {
  const { ports } = source.rule;
  if (ports === undefined) return allWords;
  if (!hasNames(source.rule)) {
    return rangeWords(source, context);
  }
  const known = new Map<number, Words>();
  return (namedPorts) => {
    const found = known.get(namedPorts);
    if (found !== undefined) return found;
    const made = wordsFor(source, namedPorts, context);
    known.set(namedPorts, made);
    return made;
  };
}

// Numbers mean the same in every policy.
function rangeWords(source: Source, context: EntryContext): () => Words {
  let key = "";
  for (const port of source.rule.ports ?? none) {
    if (port.kind === "range") key += `${port.protocol} ${port.fromPort} ${port.toPort},`;
  }
  const known = context.rangeWords.get(key);
  if (known !== undefined) return known;
  const words = wordsFor(source, 0, context);
  const made = () => words;
  context.rangeWords.set(key, made);
  return made;
}

function hasNames({ ports = [] }: PolicyRule): boolean {
  return ports.some(({ kind }) => kind === "named");
}

function wordsFor(source: Source, namedPorts: number, context: EntryContext): Words {
  const { rule, peer, policy } = source;
  const end = endWithPorts(namedPorts, context);
  let [yes, maybe] = [0, 0];
  for (const [bit, question] of context.questions.entries()) {
    const asked = contextOf(source, end, context, question);
    for (const port of rule.ports ?? []) {
      const match = portCovers(port, peer, policy, asked);
      if (match === "yes") yes |= 1 << bit;
      if (match !== "no") maybe |= 1 << bit;
    }
  }
  return { yes, maybe };
}

// Names of ports are all that ports ask of an end.
function endWithPorts(namedPorts: number, { columns }: EntryContext): PolicyEnd {
  const ports = columns.ports.values[namedPorts];
  const pod = { namespace: "", name: "", uid: "", labels: {}, serviceAccount: "", addresses: [] };
  const own = ports === undefined ? {} : { ports };
  return { kind: "pod", pod: { ...pod, hostNetwork: false, ...own }, within: [] };
}

// Peers do not look at the near end, ports at that end alone whose names they ask for.
function contextOf(
  { direction }: Source,
  end: PolicyEnd,
  { set, switches, enforcing }: EntryContext,
  question: PortQuestion = { protocol: 0, port: 0 },
): PolicyContext {
  const traffic = { ...question, family: 4 as const };
  return { direction, end, peer: end, traffic, set, switches, enforcing };
}
