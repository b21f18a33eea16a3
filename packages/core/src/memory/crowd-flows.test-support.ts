import fc from "fast-check";
import type { Endpoint, EvaluateOptions, Flow } from "../verdict/explanation.ts";
import type { World } from "../world/world.ts";

// Flows between ends of every kind in a crowd, and the ways to ask for them.

const services: readonly Endpoint[] = [
  { kind: "service", namespace: "shop", name: "web" },
  { kind: "service", namespace: "shop", name: "web", portName: "http" },
  { kind: "address", address: "172.20.0.110" },
  { kind: "service", namespace: "shop", name: "api" },
  { kind: "service", namespace: "bank", name: "db" },
  { kind: "service", namespace: "ops", name: "own" },
  { kind: "ingress", namespace: "shop", name: "web" },
];

function anEnd(world: World): fc.Arbitrary<Endpoint> {
  const pods = world.pods.map(
    ({ namespace, name }): Endpoint => ({ kind: "pod", namespace, name }),
  );
  const names = ["n1", "n2", "n4", "db1", "far", "iso"].map(
    (name): Endpoint => ({ kind: "name", name }),
  );
  const addresses = [
    ...[
      "10.0.1.150",
      "10.0.1.151",
      "10.0.1.152",
      "10.0.1.11",
      "10.0.1.50",
      "10.0.1.77",
      "10.0.2.9",
    ],
    ...[
      "10.0.3.9",
      "10.0.1.78",
      "10.0.101.90",
      "10.0.101.91",
      "10.9.0.5",
      "10.9.0.6",
      "203.0.113.13",
    ],
    ...["8.8.8.8", "192.0.2.7", "192.0.2.8", "10.0.0.2", "169.254.169.254", "169.254.20.10"],
    ...["2001:db8::150", "2001:db8::151", "2600::1", "2600::2", "172.20.0.10", "172.20.0.13"],
  ].map((address): Endpoint => ({ kind: "address", address }));
  const interfaces = world.interfaces.map(({ eniId }): Endpoint => ({ kind: "interface", eniId }));
  return fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...pods) },
    { weight: 2, arbitrary: fc.constantFrom(...names) },
    { weight: 4, arbitrary: fc.constantFrom(...addresses) },
    { weight: 1, arbitrary: fc.constantFrom(...interfaces) },
    { weight: world.services?.length ? 5 : 0, arbitrary: fc.constantFrom(...services) },
  );
}

const traffic = fc.constantFrom<Omit<Flow, "source" | "destination">>(
  { protocol: 6, port: 80 },
  { protocol: 6, port: 443 },
  { protocol: 6, port: 30080 },
  { protocol: 6, port: 25 },
  { protocol: 17, port: 53 },
  { protocol: 132, port: 80 },
  { protocol: 1, port: 0, icmpType: 3, icmpCode: 4 },
  { protocol: 1, port: 0 },
  { protocol: 58, port: 0, icmpType: 128, icmpCode: 0 },
);

/** So many flows of all kinds in a world. */
export function flowsIn(world: World, count: number): fc.Arbitrary<readonly Flow[]> {
  const end = anEnd(world);
  const flow = fc.record({ source: end, destination: end, traffic }).map((one): Flow => {
    return { source: one.source, destination: one.destination, ...one.traffic };
  });
  return fc.array(flow, { minLength: count, maxLength: count });
}

const someOptions = fc.record<EvaluateOptions>(
  {
    model: fc.constantFrom("documented", "datapath"),
    mode: fc.constantFrom("strict", "standard"),
    networkPolicyModel: fc.constantFrom("spec", "aws"),
    networkPolicyEnforcing: fc.constantFrom("standard", "strict"),
    networkAcls: fc.constantFrom("known", "required", "ignored"),
  },
  { requiredKeys: [] },
);
const oneOption = fc.constantFrom<EvaluateOptions>(
  {},
  { model: "datapath" },
  { networkPolicyModel: "aws" },
  { networkPolicyEnforcing: "strict" },
  { networkAcls: "required" },
  { networkAcls: "ignored" },
  { ephemeralPorts: { fromPort: 40000, toPort: 50000 } },
  { groupSwitches: { icmpErrors: "judged" } },
);

/** Flows from every pod to every Service. */
export function flowsToServices({ pods }: World): readonly Flow[] {
  return services.flatMap((destination) => {
    return pods.map(({ namespace, name }): Flow => {
      const source = { kind: "pod", namespace, name } as const;
      return { source, destination, protocol: 6, port: 80 };
    });
  });
}

/** Options of all kinds, two that differ in one of them. */
export const arbitraryOptions: fc.Arbitrary<readonly EvaluateOptions[]> = fc
  .tuple(someOptions, oneOption)
  .map(([some, other]) => [some, { ...some, ...other }]);
