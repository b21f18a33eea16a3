import { Mode, Model } from "@trunkline/proto/policy";
import { parseFlow } from "../flow/endpoint.ts";
import type { ExplainOptions } from "../system/explain-flow.ts";
import { whoCan } from "../system/who-can.ts";
import { whoCanLines } from "../view/who-can.ts";
import { type CommandContext, EXIT_FINE } from "./context.ts";

const MODELS = { documented: Model.MODEL_DOCUMENTED, datapath: Model.MODEL_DATAPATH } as const;
const MODES = { strict: Mode.MODE_STRICT, standard: Mode.MODE_STANDARD } as const;

/** `who-can DESTINATION`: everybody who reaches it, by which rules. */
export async function whoCanReach(
  destination: string,
  options: ExplainOptions & { readonly protocol: string | undefined },
  context: CommandContext,
): Promise<number> {
  // The source is of no account here; the destination is read as explain reads it.
  const named = parseFlow({ source: "any", destination, protocol: options.protocol });
  const { source: _source, ...flow } = named.flow;
  const request = {
    ...flow,
    ...(options.model === undefined ? {} : { model: MODELS[options.model] }),
    ...(options.mode === undefined ? {} : { mode: MODES[options.mode] }),
  };
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
