import { parseFlow } from "../flow/endpoint.ts";
import { type QuestionOptions, questionFields } from "../system/question-options.ts";
import { whoCan } from "../system/who-can.ts";
import { whoCanLines } from "../view/who-can.ts";
import { type CommandContext, EXIT_FINE } from "./context.ts";

/** `who-can DESTINATION`: everybody who reaches it, by which rules. */
export async function whoCanReach(
  destination: string,
  options: QuestionOptions & { readonly protocol: string | undefined },
  context: CommandContext,
): Promise<number> {
  // The source is of no account here; the destination is read as explain reads it.
  const named = parseFlow({ source: "any", destination, protocol: options.protocol });
  const { source: _source, ...flow } = named.flow;
  const request = { ...flow, ...questionFields(options) };
  const sources = await whoCan(request, context.targets().policy());
  const { io } = context;
  if (context.json) {
    const { protocol } = named;
    io.out(JSON.stringify({ destination: named.destination, protocol, sources }, null, 2));
    return EXIT_FINE;
  }
  io.out(whoCanLines(sources).join("\n"));
  const example = sources[0]?.pods[0] ?? "NAMESPACE/POD";
  const flowText = `${example} ${named.destination} --protocol ${named.protocol}`;
  io.say(`\n${io.paintSaid("weak", `next: trunkline explain ${flowText}`)}`);
  return EXIT_FINE;
}
