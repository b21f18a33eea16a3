import { type Address, tryParseAddress } from "../net/address.ts";
import type { Attachment } from "../paths/attachment.ts";
import type { End } from "../paths/end.ts";
import type { Labels, Pod } from "../world/cluster.ts";

/** What is put in place of the names of an end, which are then told apart by position only. */
export interface NameMarks {
  readonly name: (text: string) => string;
  readonly address: (address: Address) => Address;
  /** The node of the end, which is a name as well as a place. */
  readonly node: (text: string) => string;
}

/** What explanations of a world look at and not only repeat. */
export interface Looked {
  /** Keys of pods' labels that policies ask for; undefined where no policies were read. */
  readonly labelKeys: ReadonlySet<string> | undefined;
  /** Says whether groups never filter an address, which is looked up by its text. */
  readonly isExempt: (addressText: string) => boolean;
}

/**
 * An end without its names: everything that is only repeated in texts, or compared with the same of
 * the other end, is replaced by a mark. What explanations never look at is left out.
 *
 * Asks for marks in the same order for ends of one shape.
 */
export function nameless(end: End, marks: NameMarks, looked: Looked): End {
  const notes = end.notes.map(marks.name);
  if (end.kind === "ended") {
    return { kind: "ended", title: marks.name(end.title), phase: end.phase, notes };
  }
  if (end.kind === "address") {
    if (looked.isExempt(end.title)) return { ...end, notes };
    return { ...end, notes, title: marks.name(end.title), asked: marks.address(end.asked) };
  }
  const own = namelessAttachment(end.own, marks);
  const common = {
    title: marks.name(end.title),
    notes,
    own,
    asked: end.asked && marks.address(end.asked),
    isAskedPublic: end.isAskedPublic,
  };
  if (end.kind === "interface") return { kind: "interface", ...common };
  // Policies know nodes by their labels.
  const keepsNode = end.kind === "node" && looked.labelKeys !== undefined;
  const nodeName =
    end.nodeName === undefined || keepsNode ? end.nodeName : marks.node(end.nodeName);
  const onNode = {
    ...common,
    nodeName,
    primary: end.primary === end.own ? own : namelessAttachment(end.primary, marks),
    pod: end.pod && namelessPod(end.pod, nodeName, marks, looked),
  };
  if (end.kind === "node") return { kind: "node", ...onNode };
  const groupsFrom = nameOrNone(end.groupsFrom, marks);
  if (end.kind === "ordinary") return { kind: "ordinary", ...onNode, groupsFrom };
  const { mode, isFargate } = end;
  return { kind: "branch", ...onNode, groupsFrom, mode, isFargate };
}

// Of many addresses the first one of each family is looked at.
function namelessAttachment(attachment: Attachment, marks: NameMarks): Attachment {
  const { addresses, eniId, publicAddress, unknownBecause } = attachment;
  const firsts = addresses.filter((one, at) => {
    return addresses.findIndex(({ family }) => family === one.family) === at;
  });
  return {
    ...attachment,
    title: marks.name(attachment.title),
    eniId: eniId === undefined ? undefined : marks.name(eniId),
    unknownBecause: nameOrNone(unknownBecause, marks),
    addresses: firsts.map(marks.address),
    publicAddress: publicAddress && marks.address(publicAddress),
  };
}

function namelessPod(
  pod: Pod,
  nodeName: string | undefined,
  marks: NameMarks,
  { labelKeys }: Looked,
): Pod {
  const common = {
    name: marks.name(pod.name),
    uid: "",
    serviceAccount: "",
    hostNetwork: pod.hostNetwork,
    addresses: pod.addresses.slice(0, 1).map(anyOfFamily),
    ...(nodeName === undefined ? {} : { nodeName }),
  };
  if (labelKeys === undefined) return { ...common, namespace: "", labels: {} };
  const { namespace, labels, ports } = pod;
  const kept = labelsOf(labels, labelKeys);
  return { ...common, namespace, labels: kept, ...(ports === undefined ? {} : { ports }) };
}

function labelsOf(labels: Labels, keys: ReadonlySet<string>): Labels {
  const entries = Object.entries(labels).filter(([key]) => keys.has(key));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

// Of a pod's addresses policies look at the first one's family.
function anyOfFamily(text: string): string {
  const family = tryParseAddress(text)?.family;
  if (family === undefined) return "";
  return family === 4 ? "0.0.0.0" : "::";
}

// Whether there is a text at all is looked at.
function nameOrNone(text: string, marks: NameMarks): string {
  return text === "" ? "" : marks.name(text);
}
