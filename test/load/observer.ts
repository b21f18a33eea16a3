// The observer's process: it is told what the answers of calls said, in order, and reads the account
// through the EC2 API. It shares nothing with the services, and no clock with anybody.
import {
  type AccountView,
  accountFaults,
  accountReader,
  leftovers,
} from "../support/account-view.ts";
import { type HoldEvent, HoldWatch } from "./holds.ts";

/** What the observer is told. */
export type ObserverRequest =
  | { readonly kind: "events"; readonly events: readonly HoldEvent[] }
  | { readonly kind: "look" }
  | { readonly kind: "finish" };

/** What it says after a look: faults so far, and what the account has that it had not at first. */
export interface Observation {
  readonly faults: readonly string[];
  readonly leftovers: readonly string[];
  readonly openPods: readonly string[];
  readonly heldCount: number;
  readonly lookCount: number;
}

/** Largest number of faults that are told; one is enough to fail. */
const FAULTS_MAX = 20;

async function observe(endpoint: string): Promise<void> {
  await using reader = accountReader(endpoint);
  const holds = new HoldWatch();
  const first = await reader.read();
  const accountFaultsSeen: string[] = [];
  let lookCount = 1;
  const look = async (): Promise<AccountView> => {
    const view = await reader.read();
    lookCount++;
    accountFaultsSeen.push(...accountFaults(view));
    return view;
  };
  const answer = (view: AccountView): void => {
    const observation: Observation = {
      faults: [...holds.faults, ...accountFaultsSeen].slice(0, FAULTS_MAX),
      leftovers: leftovers(first, view).slice(0, FAULTS_MAX),
      openPods: holds.openPods.slice(0, FAULTS_MAX),
      heldCount: holds.heldCount,
      lookCount,
    };
    process.send?.(observation);
  };
  process.send?.("ready");
  for await (const request of requests()) {
    if (request.kind === "events") for (const event of request.events) holds.see(event);
    else answer(await look());
    if (request.kind === "finish") return;
  }
}

// Messages one after the other: a look must come after the events that were sent before it.
async function* requests(): AsyncGenerator<ObserverRequest> {
  const waiting: ObserverRequest[] = [];
  let wake = () => {};
  let isOpen = true;
  process.on("message", (message) => {
    waiting.push(message as ObserverRequest);
    wake();
  });
  process.on("disconnect", () => {
    isOpen = false;
    wake();
  });
  while (isOpen || waiting.length > 0) {
    const next = waiting.shift();
    if (next !== undefined) yield next;
    else await new Promise<void>((resolve) => (wake = resolve));
  }
}

await observe(process.argv[2] ?? "");
if (process.connected) process.disconnect();
