import type { GetPodResponse } from "@trunkline/proto/node";
import { table } from "./table.ts";

/** The kernel objects of one pod, as they are printed. */
export interface KernelView {
  /** "shop/api". */
  readonly pod: string;
  readonly objects: readonly KernelObjectView[];
  /** Differences between what should be and what is; empty when there are none. */
  readonly drift: readonly string[];
}

/** One kernel object: in which namespace, of which kind, as `ip` prints it. */
export interface KernelObjectView {
  readonly namespace: string;
  readonly kind: string;
  readonly text: string;
}

/** What a node daemon answers about one pod, as it is printed. */
export function kernelView(pod: string, response: GetPodResponse): KernelView {
  return {
    pod,
    objects: response.desired.map(({ namespace, kind, text }) => ({ namespace, kind, text })),
    drift: response.drift,
  };
}

/** Lines of the table of kernel objects, then one line per difference. */
export function kernelLines(view: KernelView): string[] {
  const rows = view.objects.map(({ namespace, kind, text }) => [namespace, kind, text]);
  return [
    ...table(["NAMESPACE", "KIND", "OBJECT"], rows),
    ...view.drift.map((difference) => `drift: ${difference}`),
  ];
}
