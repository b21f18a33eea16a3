import type { AnyEnd } from "../paths/end.ts";
import type { Step } from "../verdict/explanation.ts";
import type { Placing } from "../verdict/placing.ts";
import type { ClassMember } from "./end-class.ts";
import type { Interner } from "./interner.ts";
import { type StepTemplate, stepFrom } from "./step-template.ts";

/** Finds what an end is a member of; undefined where no template can stand for it. */
export type MemberOf = (end: AnyEnd) => ClassMember | undefined;

/** A step that names one end only, as it was said of this one. */
interface Said {
  readonly template: StepTemplate;
  readonly step: Step;
  readonly before: Said | undefined;
}

/** Such steps that are kept of one end: what groups it has is said of it at a few positions. */
const SAID_MAX = 6;

/**
 * An end that was found once, with what every explanation asks of it again side by side: thousands
 * of ends do not fit the caches, so that an explanation costs as much as it looks at places.
 */
export class KnownEnd {
  /** The end as it is where it sends, mostly itself. */
  readonly asSource: KnownEnd;
  readonly vpcId: string | undefined;
  readonly kind: AnyEnd["kind"];
  readonly isPod: boolean;
  /** Hashes of its title, its interface and its node. */
  readonly titleHash: number;
  readonly eniHash: number;
  readonly nodeHash: number;
  /** What the member has; -1 and none where there is no member. */
  readonly classNumber: number;
  readonly names: readonly string[];
  readonly member: ClassMember | undefined;
  readonly end: AnyEnd;
  #said: Said | undefined;
  #saidCount = 0;
  #placedNumber: number | undefined;

  constructor(end: AnyEnd, anew: Placing<AnyEnd>, memberOf: MemberOf) {
    const sending = anew.asSource(end);
    const member = memberOf(end);
    this.asSource = sending === end ? this : new KnownEnd(sending, anew, memberOf);
    this.vpcId = anew.vpcOf(end);
    this.kind = end.kind;
    this.isPod = "pod" in end && end.pod !== undefined;
    this.titleHash = hashOf(end.title);
    this.eniHash = hashOf(member?.eniId);
    this.nodeHash = hashOf(member?.node);
    this.classNumber = member?.classNumber ?? -1;
    this.names = member?.names ?? [];
    this.member = member;
    this.end = end;
  }

  /** The step of a template that names only this end: what it has been asked before is kept. */
  stepOf(template: StepTemplate): Step {
    for (let said = this.#said; said !== undefined; said = said.before) {
      if (said.template === template) return said.step;
    }
    const step = stepFrom(template, this.names, this.names);
    const isFull = this.#saidCount === SAID_MAX;
    this.#said = { template, step, before: isFull ? undefined : this.#said };
    this.#saidCount = isFull ? 1 : this.#saidCount + 1;
    return step;
  }

  /** The number of its class on its node, which decides what ways to a Service stay on it. */
  placedNumber(numbers: Interner): number | undefined {
    const node = this.member?.node ?? "no node";
    this.#placedNumber ??= numbers.ofText(`${this.classNumber} on ${node}`);
    return this.#placedNumber;
  }
}

/** As `localPath` and policies have it, and more: whoever shares a name is left alone. */
export function areOneEnd(source: KnownEnd, destination: KnownEnd): boolean {
  if (source.titleHash === destination.titleHash && source.end.title === destination.end.title) {
    return true;
  }
  if (source.eniHash !== destination.eniHash) return false;
  const eniId = source.member?.eniId;
  if (eniId === undefined || eniId !== destination.member?.eniId) return false;
  return source.kind === "interface" || destination.kind === "interface";
}

/** Says whether both are on one node that is known. */
export function areOnOneNode(source: KnownEnd, destination: KnownEnd): boolean {
  if (source.nodeHash !== destination.nodeHash) return false;
  const node = source.member?.node;
  return node !== undefined && node === destination.member?.node;
}

function hashOf(text = ""): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash & 0x3fffffff;
}
