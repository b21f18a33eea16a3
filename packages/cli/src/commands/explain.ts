import { parseFlow } from "../flow/endpoint.ts";
import { explainFlow } from "../system/explain-flow.ts";
import type { QuestionOptions } from "../system/question-options.ts";
import { explanationLines } from "../view/explanation.ts";
import type { ExplanationView } from "../view/explanation-view.ts";
import { type CommandContext, EXIT_FINE, EXIT_PROBLEMS } from "./context.ts";

/** `explain SOURCE DESTINATION`. Ends with 0 for ALLOW and with 1 for every other verdict. */
export async function explain(
  source: string,
  destination: string,
  options: QuestionOptions & { readonly protocol: string | undefined },
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

/** What to do after an explanation: make the smallest edit at the EC2 API, or look further. */
export function nextStep(view: ExplanationView, ec2: string | undefined): string {
  const [smallest] = view.remedies;
  if (smallest !== undefined) {
    const ways = smallest.actions.map(({ text, command }) => atEndpoint(command ?? text, ec2));
    return ["to allow it:", ...ways].join("\n  ");
  }
  const flow = `${view.source} ${view.destination} --protocol ${view.protocol}`;
  if (view.verdict === "ALLOW") return `as a program reads it: trunkline explain ${flow} --json`;
  return "see what the pods have: trunkline pods";
}

// A demo's EC2 API is not the one that the AWS CLI would take by itself.
function atEndpoint(command: string, ec2: string | undefined): string {
  if (ec2 === undefined) return command;
  return command.replace(/^(aws ec2 \S+)/gm, `$1 --endpoint-url ${ec2}`);
}
