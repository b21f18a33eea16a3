import { type Address, formatAddress } from "../net/address.ts";
import type { PolicySet } from "../network-policies/policy-set.ts";
import type { ReadPolicy } from "../network-policies/read-policy.ts";
import type { AnyEnd, FrontEnd } from "../paths/end.ts";
import { isExemptSomewhere } from "../paths/special-destination.ts";
import type { LabelSelector } from "../world/cluster.ts";
import type { WorldIndex } from "../world/world-index.ts";
import type { Interner } from "./interner.ts";
import { holdsMark, markOf, type Side } from "./marks.ts";
import { type Looked, type NameMarks, nameless } from "./nameless.ts";

/** An end as one of all that differ from it in names only. */
export interface ClassMember {
  /** A Service is alone in its class. */
  readonly end: AnyEnd;
  readonly title: string;
  /** Interface that it sits on, if that is known. */
  readonly eniId: string | undefined;
  /** The same for ends that are alike without their names. */
  readonly classNumber: number;
  /** Its names, in the order of marks. */
  readonly names: readonly string[];
  /** Its node, as far as explanations do not know it by name. */
  readonly node: string | undefined;
  /** Position of the node among the names; undefined where it is none of them. */
  readonly nodeAt: number | undefined;
}

/** What is needed to tell classes of ends apart. */
export interface ClassContext {
  readonly looked: Looked;
  /** Text of the closest block that holds an address. */
  readonly closest: (address: Address) => string;
  readonly numbers: Interner;
}

/** What explanations of a world look at. */
export function lookedAt(index: WorldIndex): Looked {
  const set = index.networkPolicies;
  return {
    labelKeys: set && new Set(podSelectors(set).flatMap(keysOf)),
    isExempt: (text) => isExemptSomewhere(text, index),
  };
}

/** Finds the class of an end; undefined for one that no template can stand for. */
export function classMember(end: AnyEnd, context: ClassContext): ClassMember | undefined {
  if (end.kind === "front") return serviceMember(end, context);
  if ("own" in end && end.own.isOneOfMany) return undefined;
  const names: string[] = [];
  const blocks: string[] = [];
  let nodeAt: number | undefined;
  const name = (text: string): string => {
    names.push(text);
    return "";
  };
  const eraser: NameMarks = {
    name,
    address: (address) => {
      blocks.push(context.closest(address));
      name(formatAddress(address));
      return { family: 4, ip: 0 };
    },
    node: (text) => {
      nodeAt = names.length;
      return name(text);
    },
  };
  const text = JSON.stringify([nameless(end, eraser, context.looked), blocks]);
  const classNumber = holdsMark(text) ? undefined : context.numbers.ofText(text);
  if (classNumber === undefined) return undefined;
  return {
    end,
    title: end.title,
    eniId: "own" in end ? end.own.eniId : undefined,
    classNumber,
    names,
    node: "nodeName" in end ? end.nodeName : undefined,
    nodeAt,
  };
}

function serviceMember(end: FrontEnd, { numbers }: ClassContext): ClassMember | undefined {
  if (end.front.kind !== "service") return undefined;
  const { service, portName, asked } = end.front;
  const { namespace, name } = service;
  const text = JSON.stringify({ namespace, name, portName, asked: asked && formatAddress(asked) });
  const classNumber = numbers.ofText(text);
  if (classNumber === undefined) return undefined;
  const alone = { eniId: undefined, names: [], node: undefined, nodeAt: undefined };
  return { end, title: end.title, classNumber, ...alone };
}

/** An end of the class, with marks for names; `node` is the mark of its node, if not its own. */
export function markedEnd(
  { end }: ClassMember,
  side: Side,
  looked: Looked,
  node: string | undefined,
): AnyEnd {
  if (end.kind === "front") return end;
  let count = 0;
  const name = () => markOf(side, count++);
  const marks: NameMarks = {
    name,
    address: (address) => ({ ...address, written: name() }),
    node: () => {
      const own = name();
      return node ?? own;
    },
  };
  return nameless(end, marks, looked);
}

function podSelectors({ admin, baseline, byNamespace }: PolicySet): readonly LabelSelector[] {
  return [...admin, ...baseline, ...[...byNamespace.values()].flat()].flatMap(selectorsOf);
}

function selectorsOf({ subject, ingress, egress }: ReadPolicy): readonly LabelSelector[] {
  const peers = [...(ingress ?? []), ...(egress ?? [])].flatMap((rule) => rule.peers ?? []);
  return [subject.pods, ...peers.flatMap((peer) => (peer.kind === "pods" ? [peer.pods] : []))];
}

function keysOf({ matchLabels = {}, matchExpressions = [] }: LabelSelector): readonly string[] {
  return [...Object.keys(matchLabels), ...matchExpressions.map(({ key }) => key)];
}
