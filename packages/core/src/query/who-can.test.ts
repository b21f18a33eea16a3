import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAddress } from "../net/address.ts";
import { cidrContains, parseCidr } from "../net/cidr.ts";
import { evaluate } from "../verdict/evaluate.ts";
import type { Verdict } from "../verdict/explanation.ts";
import { arbitraryWorld } from "../world/arbitrary-world.test-support.ts";
import {
  acl,
  addEni,
  addPod,
  edited,
  eniParts,
  route,
  rules,
} from "../world/edits.test-support.ts";
import { fixtureF, networkInterface, pod } from "../world/fixture-f.test-support.ts";
import { indexWorld } from "../world/world-index.ts";
import { exposure } from "./exposure.ts";
import { portsBetween } from "./port-reach.ts";
import { whatCan } from "./what-can.ts";
import { whoCan } from "./who-can.ts";

const everything = ["in 100 allow all from 0.0.0.0/0", "out 100 allow all to 0.0.0.0/0"];
const db = { kind: "name", name: "db1" } as const;
const api = { kind: "pod", namespace: "shop", name: "api" } as const;
const postgres = { destination: db, protocol: 6, port: 5432 };
const ruleIds = (of: {
  readonly rules: readonly { readonly rule: { readonly ruleId: string } }[];
}) => of.rules.map(({ rule }) => rule.ruleId);

describe("who can reach the database", () => {
  it("are the api pods alone, by the rules of both ends (R3)", () => {
    const { sources, podCounts } = whoCan(fixtureF(), postgres);
    expect(sources).toHaveLength(1);
    expect(sources[0]).toMatchObject({ verdict: "ALLOW", pods: ["shop/api"], others: [] });
    expect(ruleIds(sources[0])).toEqual(["sgr-app-1", "sgr-db-1"]);
    expect(podCounts).toEqual({ allowed: 1, unknown: 0, refused: 6 });
  });

  it("are all ordinary pods and nodes once the node group is let in (R3)", () => {
    const text = ["in tcp/5432 from sg-app", "in tcp/5432 from sg-node"];
    const { sources, podCounts } = whoCan(edited(fixtureF(), rules("sg-db", ...text)), postgres);
    expect(sources.map(({ pods }) => pods.length)).toEqual([1, 5]);
    expect(ruleIds(sources[1])).toEqual(["sgr-node-2", "sgr-db-2"]);
    expect(sources[1].others).toContain("node n6");
    expect(podCounts.allowed).toBe(6);
  });

  it("are outside addresses in the fewest CIDRs when a block is let in", () => {
    const world = edited(
      fixtureF(),
      rules("sg-db", "in tcp/5432 from 198.51.100.0/25", "in tcp/5432 from 198.51.100.128/25"),
      rules("sg-mon", "in tcp/9 from 198.51.100.64/26"),
    );
    const { sources } = whoCan(world, postgres);
    expect(sources.flatMap(({ outside }) => outside).sort()).toEqual([
      "198.51.100.0/25",
      "198.51.100.128/25",
    ]);
  });

  it("names nobody when nothing is let in, and throws for a name that is none", () => {
    expect(whoCan(edited(fixtureF(), rules("sg-db")), postgres).sources).toEqual([]);
    const nowhere = { ...postgres, destination: { kind: "name", name: "db9" } as const };
    expect(() => whoCan(fixtureF(), nowhere)).toThrow('"db9" does not exist');
  });

  it("is answered as the evaluator does, source by source", () => {
    fc.assert(
      fc.property(arbitraryWorld, fc.constantFrom("p1", "p3"), (world, name) => {
        const index = indexWorld(world);
        const destination = { kind: "pod", namespace: "shop", name } as const;
        const answer = whoCan(index, { destination, protocol: 6, port: 80 });
        const verdictOf = (source: string): Verdict => {
          const found = answer.sources.find(({ pods }) => pods.includes(source));
          return found?.verdict ?? "DENY";
        };
        for (const pod of world.pods.filter((one) => one.name !== name)) {
          const source = { kind: "pod", namespace: "shop", name: pod.name } as const;
          const exact = evaluate(index, { source, destination, protocol: 6, port: 80 });
          expect(verdictOf(`shop/${pod.name}`)).toBe(exact);
        }
        for (const address of ["8.8.8.8", "10.1.0.1", "2001:db8:1::1", "2600::1"]) {
          const source = { kind: "address", address } as const;
          const exact = evaluate(index, { source, destination, protocol: 6, port: 80 });
          const set = answer.sources.find(({ outside }) => {
            return outside.some((cidr) => cidrContains(parseCidr(cidr), parseAddress(address)));
          });
          expect(set?.verdict ?? "DENY").toBe(exact);
        }
      }),
      { numRuns: 30 },
    );
  }, 20_000);
});

describe("the ports between two ends", () => {
  it("are those of both ends' rules, in the fewest ranges", () => {
    const world = edited(
      fixtureF(),
      rules("sg-app", "out tcp/5000-6000 to sg-db", "out icmp/8 to sg-db", "out 47 to sg-db"),
      rules("sg-db", "in all from sg-app", "in tcp/5432 from 9.9.9.9/32"),
    );
    const reaches = portsBetween(world, { source: api, destination: db });
    expect(reaches.map(({ text, verdict }) => `${text} ${verdict}`)).toEqual([
      "tcp/5000-6000 ALLOW",
      "icmp/8 ALLOW",
      "47 ALLOW",
    ]);
  });

  it("are all when one reason covers everything", () => {
    const web = { kind: "pod", namespace: "shop", name: "web" } as const;
    const agent = { kind: "pod", namespace: "kube-system", name: "agent" } as const;
    const [only, ...others] = portsBetween(fixtureF(), { source: web, destination: agent });
    expect(only).toMatchObject({ text: "all", protocol: -1, fromPort: -1, toPort: -1 });
    expect(others).toEqual([]);
  });

  it("agree with the evaluator, port by port", () => {
    const end = fc.constantFrom("p1", "p2", "plain-n1");
    const service = fc.constantFrom(
      { protocol: 6, port: 80 },
      { protocol: 6, port: 81 },
      { protocol: 17, port: 53 },
      { protocol: 1, port: 0, icmpType: 8, icmpCode: 0 },
      { protocol: 1, port: 0, icmpType: 3, icmpCode: 1 },
      { protocol: 47, port: 0 },
      { protocol: 50, port: 0 },
    );
    fc.assert(
      fc.property(arbitraryWorld, end, end, service, (world, from, to, asked) => {
        const source = { kind: "pod", namespace: "shop", name: from } as const;
        const destination = { kind: "pod", namespace: "shop", name: to } as const;
        const reaches = portsBetween(world, { source, destination });
        const type = asked.icmpType ?? asked.port;
        const fits = reaches.filter(({ protocol, fromPort, toPort }) => {
          const isNamed = protocol === asked.protocol;
          if (asked.protocol === 1) return isNamed && (fromPort === type || fromPort < 0);
          return isNamed && (fromPort < 0 || (fromPort <= type && type <= toPort));
        });
        const rest = reaches.filter(({ protocol }) => protocol === -1);
        const isNamedApart = world.groups.some((group) =>
          group.rules.some((rule) => rule.protocol === asked.protocol),
        );
        const exact = evaluate(world, { source, destination, ...asked });
        const isListed = fits.length > 0 || rest.some(({ text }) => text === "all");
        const isRest = !isNamedApart && ![1, 6, 17].includes(asked.protocol) && rest.length > 0;
        if (exact === "ALLOW") expect(isListed || rest.length > 0).toBe(true);
        else if (asked.protocol === 6 || asked.protocol === 17) expect(isListed).toBe(false);
        else if (isRest) expect(exact).toBe("ALLOW");
      }),
      { numRuns: 80 },
    );
  }, 20_000);
});

describe("what a pod can reach", () => {
  it("is told by ports, with outside addresses as CIDRs", () => {
    const world = edited(
      fixtureF(),
      rules("sg-app", "out tcp/5432 to sg-db", "out tcp/443 to 198.51.100.0/24"),
    );
    const { destinations } = whatCan(world, api);
    expect(
      destinations.map((set) => [set.ports.map(({ text }) => text), set.others, set.outside]),
    ).toEqual([
      [["tcp/443"], [], ["198.51.100.0/24"]],
      [["tcp/5432"], ["db1"], []],
    ]);
  });

  it("never contains an outside address that routes do not lead to", () => {
    const open = edited(fixtureF(), rules("sg-app", "out all to 0.0.0.0/0"));
    const closed = edited(open, route("0.0.0.0/0", "nat-1", true));
    const outside = (world: typeof open) =>
      whatCan(world, api).destinations.flatMap((set) => set.outside);
    const holds = (cidrs: readonly string[]) =>
      cidrs.some((cidr) => cidrContains(parseCidr(cidr), parseAddress("8.8.8.8")));
    expect(holds(outside(open))).toBe(true);
    expect(holds(outside(closed))).toBe(false);
  });
});

describe("network ACLs", () => {
  const twin = networkInterface("eni-twin", "10.0.1.103", ["sg-app"], { interfaceType: "branch" });
  const apart = eniParts("eni-db1", { subnetId: "subnet-iso-a", addresses: ["10.0.2.50"] });
  const world = edited(
    fixtureF(),
    addEni(twin),
    addPod(pod("shop/twin", { nodeName: "n1", branchEniId: "eni-twin" })),
    apart,
    acl("iso", ["iso-a"], "in 90 deny all from 10.0.1.103/32", ...everything),
    acl("default", [], ...everything),
  );

  it("tell pods apart that groups do not", () => {
    expect(whoCan(world, postgres).sources[0].pods).toEqual(["shop/api"]);
    expect(whoCan(world, postgres, { networkAcls: "ignored" }).sources[0].pods).toEqual([
      "shop/api",
      "shop/twin",
    ]);
  });

  it("tell pods apart that are in other subnets", () => {
    const closed = edited(world, eniParts("eni-twin", { subnetId: "subnet-iso-a" }));
    expect(whoCan(closed, postgres).sources[0].pods).toEqual(["shop/api", "shop/twin"]);
  });
});

describe("exposure", () => {
  it("names who may talk to addresses outside the world, both ways", () => {
    const world = edited(fixtureF(), rules("sg-db", "in tcp/5432 from 0.0.0.0/0"));
    const found = exposure(world);
    const from = found.filter(({ direction }) => direction === "from");
    expect(from).toHaveLength(1);
    expect(from[0].others).toEqual(["db1"]);
    expect(from[0].ports.map(({ text }) => text)).toEqual(["tcp/5432"]);
    const inside = from[0].cidrs.filter((cidr) =>
      cidrContains(parseCidr(cidr), parseAddress("10.0.1.1")),
    );
    expect(inside).toEqual([]);
    const to = found.filter(({ direction }) => direction === "to");
    expect(to.some(({ pods }) => pods.includes("shop/web"))).toBe(true);
  });
});
