import type { Address } from "../net/address.ts";
import type { WorldIndex } from "../world/world-index.ts";
import type { Attachment } from "./attachment.ts";
import type { AttachedEnd } from "./end.ts";
import { noRouteText, type RouteTarget, routeTarget, routeText, routeTo } from "./route.ts";

/** How packets leave the VPC. */
export interface Exit {
  /** Interface that they leave by. */
  readonly by: Attachment;
  readonly outcome: "OK" | "BLOCKED" | "UNKNOWN";
  /** Why, in one sentence. */
  readonly text: string;
  /** Undefined when there is no usable route. */
  readonly target: RouteTarget | undefined;
  /** Target of the route: "nat-1"; undefined as above. */
  readonly targetId: string | undefined;
}

/** The way out of the VPC of `by` towards an address. */
export function exitTowards(
  destination: Address,
  by: Attachment,
  source: AttachedEnd,
  index: WorldIndex,
): Exit {
  const answer = routeTo(destination, by.subnetId, index);
  if (answer.kind === "unknown") {
    const text = `the way out of the VPC for ${by.title} is not known: ${answer.because}`;
    return { by, outcome: "UNKNOWN", text, target: undefined, targetId: undefined };
  }
  const none = { by, target: undefined, targetId: undefined };
  const refused = (text: string): Exit =>
    answer.isCertain
      ? { ...none, outcome: "BLOCKED", text }
      : { ...none, outcome: "UNKNOWN", text: `${text}; ${uncertain}` };
  if (answer.kind === "none") return refused(noRouteText(destination, answer.routeTableId));
  const { route } = answer;
  if (route.isBlackhole) return refused(`route ${routeText(route)} is a blackhole`);
  const target = routeTarget(route);
  const needsPublic = target === "internet" && destination.family === 4;
  if (needsPublic && by.publicAddress === undefined) {
    return refused(`${interfaceWord(source, by)} has no public IP; route is internet gateway`);
  }
  return { by, outcome: "OK", text: routeText(route), target, targetId: route.target };
}

const uncertain = "a route by a prefix list that was not read may say otherwise";

function interfaceWord(source: AttachedEnd, by: Attachment): string {
  const isBranch = source.kind === "branch" && !source.isFargate && by === source.own;
  return isBranch ? "branch ENI" : `interface of ${by.title}`;
}
