import { parseFlow } from "../flow/endpoint.ts";
import { type ExplainOptions, explainFlow } from "../system/explain-flow.ts";
import { type ExplanationView, explanationLines, missingRules } from "../view/explanation.ts";
import { authorizeCommand } from "../view/rule-command.ts";
import { type CommandContext, EXIT_FINE, EXIT_PROBLEMS } from "./context.ts";

/** `explain SOURCE DESTINATION`. Ends with 0 for ALLOW and with 1 for every other verdict. */
export async function explain(
  source: string,
  destination: string,
  options: ExplainOptions & { readonly protocol: string | undefined },
  context: CommandContext,
): Promise<number> {
  const named = parseFlow({ source, destination, protocol: options.protocol });
  const targets = context.targets();
  const { ipam } = targets;
  const view = await explainFlow(named, options, { policy: targets.policy(), ipam });
  const { io } = context;
  if (context.json) io.out(JSON.stringify(view, null, 2));
  else {
    io.out(explanationLines(view, io.paint).join("\n"));
    io.say(`\n${io.paintSaid("weak", nextStep(view, targets.ec2))}`);
  }
  return view.verdict === "ALLOW" ? EXIT_FINE : EXIT_PROBLEMS;
}

/** What to do after an explanation: ask for what is missing at the EC2 API, or look further. */
export function nextStep(view: ExplanationView, ec2: string | undefined): string {
  const missing = missingRules(view);
  if (missing.length > 0) {
    const ways = missing.map((rule) => authorizeCommand(rule, ec2) ?? `ask for the rule: ${rule}`);
    return ["to allow it:", ...ways].join("\n  ");
  }
  const flow = `${view.source} ${view.destination} --protocol ${view.protocol}`;
  if (view.verdict === "ALLOW") return `as a program reads it: trunkline explain ${flow} --json`;
  return "see what the pods have: trunkline pods";
}
