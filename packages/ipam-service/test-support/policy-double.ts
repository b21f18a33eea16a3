import { TrunklineError } from "@trunkline/core";
import {
  PolicyServiceDefinition,
  type ResolvePodResponse,
  ResolvePodResponse_Source as Source,
} from "@trunkline/proto/policy";
import { listen, type RpcServer, serve } from "@trunkline/rpc";

/** What the double answers about a pod, by "namespace/name". */
export type PodAnswers = Map<string, Partial<ResolvePodResponse>>;

/** A policy-service whose answers are written down: a double of a network peer. */
export async function startPolicyDouble(answers: PodAnswers): Promise<RpcServer> {
  const handlers = {
    async resolvePod({
      pod,
    }: {
      pod: { namespace: string; name: string; uid: string } | undefined;
    }) {
      const name = `${pod?.namespace}/${pod?.name}`;
      const answer = answers.get(name);
      if (!answer) throw new TrunklineError("NOT_FOUND", `no pod ${name}`);
      return { pod, source: Source.SOURCE_POLICY, policies: ["shop/p"], ...answer };
    },
  };
  const log = { debug: () => {}, error: () => {} };
  return listen({
    address: "127.0.0.1:0",
    log,
    services: [serve(PolicyServiceDefinition, handlers)],
  });
}
