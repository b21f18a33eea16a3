import type { NodeContext } from "./node-context.ts";
import { unwire } from "./wire.ts";

/**
 * Goes on where the daemon was interrupted, before it takes calls: what an unfinished ADD made is
 * removed, what an unfinished DEL left is removed. Giving back what the pods held needs the
 * allocation service and is left to the sweep, as is what the kernel refuses now.
 */
export async function recover(context: NodeContext): Promise<void> {
  const unfinished = context.journal.all().filter((record) => record.state !== "ready");
  for (const record of unfinished) {
    const { id, state, pod } = record;
    context.log.warn({ id, state, podUid: pod.uid }, "unfinished attachment is taken down");
    try {
      await context.journal.put({ ...record, state: "deleting" });
      await unwire(context, { ...record, state: "deleting" });
    } catch (error) {
      context.log.error({ id, err: error }, "recovery failed, the sweep repeats it");
    }
  }
  if (unfinished.length > 0) context.wakeSweep();
}
