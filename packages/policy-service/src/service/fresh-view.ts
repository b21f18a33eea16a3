import { type Clock, type Endpoint, TrunklineError } from "@trunkline/core";
import type { CloudWatch } from "../cloud/watch-cloud.ts";
import type { View, WorldStore } from "../world/world-store.ts";
import { isUnknown } from "./unknown.ts";

/** What the calls answer from. */
export interface PolicyApiParts {
  readonly store: Pick<WorldStore, "view">;
  readonly cloud: CloudWatch;
  readonly clock: Clock;
}

/** Longest a call waits for EC2 to be read because it names something new. */
const REFRESH_WAIT_MS = 5_000;

/** The newest view; if the endpoints name something new, one that EC2 was read for. */
export async function freshView(
  { store, cloud, clock }: PolicyApiParts,
  endpoints: readonly Endpoint[],
  signal: AbortSignal,
): Promise<View> {
  const view = requireCloud({ store, cloud });
  if (!namesUnknown(view, endpoints)) return view;
  await waitAtMost(cloud.refresh(), REFRESH_WAIT_MS, { clock, signal });
  return store.view();
}

/** The newest view. Throws NOT_READY while EC2 was never read. */
export function requireCloud({ store, cloud }: Pick<PolicyApiParts, "store" | "cloud">): View {
  const view = store.view();
  if (!view.isCloudRead) throw notReady(cloud);
  return view;
}

function notReady(cloud: CloudWatch): TrunklineError {
  const { failure } = cloud.status();
  const reason = failure ?? "the first reading is under way";
  return new TrunklineError("NOT_READY", `EC2 was not read yet: ${reason}`);
}

function namesUnknown(view: View, endpoints: readonly Endpoint[]): boolean {
  const seen = new Set<string>();
  return endpoints.some((endpoint) => {
    const key = JSON.stringify(endpoint);
    if (seen.has(key)) return false;
    seen.add(key);
    return isUnknown(view, endpoint);
  });
}

async function waitAtMost(
  event: Promise<void>,
  durationMs: number,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  const done = new AbortController();
  const limit = clock.sleep(durationMs, AbortSignal.any([signal, done.signal]));
  // A sleep fails only when it is cut short, by the event or by the caller's going.
  await Promise.race([event, limit.catch(() => undefined)]);
  done.abort();
}
