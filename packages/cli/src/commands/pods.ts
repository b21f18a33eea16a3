import { listPods } from "../system/list-pods.ts";
import { podLines } from "../view/pods.ts";
import { type CommandContext, EXIT_FINE } from "./context.ts";

/** `pods`: the pods of all nodes with their interfaces. */
export async function pods(
  options: { readonly namespace: string | undefined },
  context: CommandContext,
): Promise<number> {
  const { io } = context;
  const all = await listPods(context.targets());
  const prefix = options.namespace === undefined ? "" : `${options.namespace}/`;
  const shown = all.filter(({ pod }) => pod.startsWith(prefix));
  if (context.json) {
    io.out(JSON.stringify({ pods: shown }, null, 2));
    return EXIT_FINE;
  }
  io.out(podLines(shown).join("\n"));
  const example = shown[0]?.pod ?? "NAMESPACE/POD";
  io.say(`\n${io.paintSaid("weak", `next: trunkline explain ${example} DESTINATION:PORT`)}`);
  return EXIT_FINE;
}
