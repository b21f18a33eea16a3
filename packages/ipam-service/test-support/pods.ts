import type { Harness } from "./harness.ts";

/** The node and instance that most tests use. */
export const N1 = { nodeName: "n1", instanceId: "i-00000000000000001" };

/** A pod of namespace shop. */
export function podRef(name: string, uid = `uid-${name}`) {
  return { namespace: "shop", name, uid };
}

/** Makes the policy double resolve a pod on n1 to these groups. */
export function resolveTo(h: Harness, name: string, ...groupIds: string[]) {
  h.pods.set(`shop/${name}`, { nodeName: "n1", groupIds });
  return podRef(name);
}

/** Asks for the pod's branch on n1 and expects one. */
export async function allocate(h: Harness, pod: ReturnType<typeof podRef>) {
  const answer = await h.client.allocateBranch({ nodeName: "n1", pod });
  if (answer.attachment?.$case !== "branch") throw new Error("no branch");
  return { ...answer.attachment.value, reused: answer.reused };
}

/** The branch interfaces in the account, whoever made them. */
export function branchesOf(h: Harness) {
  return [...h.emulator.account.enis.all()].filter((eni) => {
    return eni.description === "aws-k8s-branch-eni";
  });
}

/** The trunks in the account. */
export function trunksOf(h: Harness) {
  return [...h.emulator.account.enis.all()].filter((eni) => eni.interfaceType === "trunk");
}

/** How often an action was called. */
export function callCount(h: Harness, action: string): number {
  return h.emulator.audit().filter((entry) => entry.action === action).length;
}
