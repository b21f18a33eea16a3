import type { Clock } from "@trunkline/core";
import { parseFlow } from "../flow/endpoint.ts";
import { withNode } from "../system/clients.ts";
import { explainFlow } from "../system/explain-flow.ts";
import { listPods } from "../system/list-pods.ts";
import type { ExplanationView } from "../view/explanation-view.ts";
import { type KernelView, kernelView } from "../view/kernel-objects.ts";
import type { Example } from "./example.ts";
import { differences } from "./outcome.ts";
import type { DemoReport } from "./report.ts";
import type { DemoSystem } from "./start-system.ts";

/** Time that policy-service has to see in EC2 what was just made there. */
const SETTLE_MS_MAX = 20_000;
const SETTLE_STEP_MS = 250;

/** Asks the running system what the report shows, as the commands `pods` and `explain` ask it. */
export async function gather(
  example: Example,
  system: DemoSystem,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<DemoReport> {
  const { ipam, policy } = system;
  const pods = await listPods({ nodes: [...system.nodes.values()], ipam });
  const kernel = await showKernel(example, system);
  const explanations: ExplanationView[] = [];
  const giveUpMs = clock.nowMs() + SETTLE_MS_MAX;
  for (const { source, destination } of example.expected.flows) {
    const named = parseFlow({ source, destination, protocol: undefined });
    const options = { model: undefined, mode: undefined, networkPolicyModel: undefined };
    const ask = () =>
      explainFlow(named, options, { policy: { kind: "service", address: policy }, ipam });
    let view = await ask();
    // EC2 shows an interface some time after it was made; until then the honest answer is UNKNOWN.
    while (view.verdict === "UNKNOWN" && clock.nowMs() < giveUpMs) {
      await clock.sleep(SETTLE_STEP_MS, signal);
      view = await ask();
    }
    explanations.push(view);
  }
  const outcome = { pods, explanations };
  return { ...outcome, kernel, differences: differences(example.expected, outcome) };
}

async function showKernel(example: Example, system: DemoSystem): Promise<KernelView> {
  const shown = example.expected.show;
  const [namespace = "", name = ""] = shown.split("/");
  const pod = example.pods.find((one) => one.namespace === namespace && one.name === name);
  const address = system.nodes.get(pod?.nodeName ?? "");
  if (address === undefined) throw new Error(`expected.yaml shows ${shown}, which no node runs`);
  return kernelView(shown, await withNode(address, (client) => client.getPod({ namespace, name })));
}
