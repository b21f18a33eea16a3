import { access } from "node:fs/promises";
import { hasTools } from "./iproute.ts";

/** Which datapath is used, and why. */
export interface Choice {
  readonly kind: "kernel" | "plan";
  readonly reason: string;
}

/** Where the kernel shows that it can do 802.1Q. */
const VLAN_PROC_FILE = "/proc/net/vlan/config";

/**
 * Chooses the kernel when everything it needs is there: root, iproute2, 802.1Q. What was asked for
 * by name is taken as it is; ordinary pods need no 802.1Q.
 */
export async function chooseDatapath(asked: "auto" | "kernel" | "plan"): Promise<Choice> {
  if (asked !== "auto") return { kind: asked, reason: "the configuration says so" };
  const missing = await missingForKernel();
  return missing === undefined
    ? { kind: "kernel", reason: "running as root with iproute2 and 802.1Q" }
    : { kind: "plan", reason: missing };
}

async function missingForKernel(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return "the daemon does not run as root";
  if (!(await hasTools(false))) return "iproute2 or nsenter is not installed";
  if (await canDoVlan()) return undefined;
  return (await hasTools(true)) && (await canDoVlan())
    ? undefined
    : "the kernel has no 802.1Q module (8021q)";
}

async function canDoVlan(): Promise<boolean> {
  return access(VLAN_PROC_FILE).then(
    () => true,
    () => false,
  );
}
