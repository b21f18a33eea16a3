import type { SeenPeer } from "../groups/peer-match.ts";
import type { Attachment } from "./attachment.ts";
import type { Exit } from "./exit.ts";

/** One question to one interface: do its groups let this direction through? All must say yes. */
export interface Check {
  readonly isEgress: boolean;
  readonly asked: Attachment;
  /** The far end as this interface sees it. */
  readonly peer: SeenPeer;
}

/** What happens to the packets of a flow, by mode and place. */
export type Path =
  /** Groups are asked, and the route if there is an exit from the VPC. */
  | AskedPath
  /** No group is asked: exempt, or the packets never reach the network. */
  | { readonly kind: "unasked"; readonly because: string; readonly notes: readonly string[] }
  /** The mode cannot carry the flow. */
  | { readonly kind: "unsupported"; readonly because: string; readonly notes: readonly string[] }
  /** There is no way at all. */
  | { readonly kind: "impossible"; readonly because: string; readonly notes: readonly string[] }
  /** The world lacks what is needed to say which way packets go. */
  | { readonly kind: "unknown"; readonly because: string; readonly notes: readonly string[] };

/** A path through the network, with the questions on it in the order of the packet's way. */
export interface AskedPath {
  readonly kind: "asked";
  readonly checks: readonly Check[];
  readonly exit: Exit | undefined;
  /** False when packets may stay on the node, so that a refusal is not certain. */
  readonly isCertain: boolean;
  /** True when the node replaces the source address by its own. */
  readonly isNatAtNode: boolean;
  /** How the destination sees the source; undefined when it has no interface in the world. */
  readonly sourceSeen: SeenPeer | undefined;
  readonly notes: readonly string[];
}
