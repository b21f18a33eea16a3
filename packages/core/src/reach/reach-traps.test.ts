import { describe, expect, it } from "vitest";
import {
  type AnyPolicy,
  anp,
  banp,
  cnp,
  labels,
  np,
} from "../network-policies/cluster.test-support.ts";
import { evaluate } from "../verdict/evaluate.ts";
import type { EvaluateOptions } from "../verdict/explanation.ts";
import { compileReach } from "./compile-reach.ts";
import { openCluster } from "./open-cluster.test-support.ts";
import type { PortQuestion } from "./questions.ts";
import { openReach } from "./reach-image.ts";
import { bindReach } from "./reach-kernels.ts";

const spec = { networkPolicyModel: "spec" } as const;
const aws = { networkPolicyModel: "aws" } as const;
const tcp = (port: number): PortQuestion => ({ protocol: 6, port });
const all = { namespaces: {} };
const inAll = (action: "Allow" | "Deny" | "Pass") => ({ action, from: [all] }) as const;
const fromBlock = (cidr: string, ...except: string[]) => ({
  from: [{ ipBlock: { cidr, except } }],
});
const entries = (count: number) => Array.from({ length: count }, (_, at) => ({ port: 80 + at }));

/** From web (10.0.1.1) to api (10.0.1.2), which call 8080 and 9090 "http". */
function verdictOf(
  policies: readonly AnyPolicy[],
  question: PortQuestion,
  options: EvaluateOptions,
): string {
  const world = openCluster(policies);
  const compiled = compileReach(world, { ...options, questions: [question] });
  const { allowed, possible } = bindReach(openReach(compiled.buffer));
  const [from, to] = ["shop/web", "shop/api"].map((name) => compiled.podNames.indexOf(name));
  const compiledVerdict =
    allowed(from, to) === 1 ? "ALLOW" : possible(from, to) === 1 ? "UNKNOWN" : "DENY";
  const [source, destination] = ["web", "api"].map((name) => {
    return { kind: "pod", namespace: "shop", name } as const;
  });
  expect(compiledVerdict).toBe(evaluate(world, { source, destination, ...question }, options));
  return compiledVerdict;
}

type Row = readonly [string, string, EvaluateOptions, PortQuestion, readonly AnyPolicy[]];

const ranges = [{ portRange: { start: 70, end: 90 } }] as const;

const rows: readonly Row[] = [
  [
    "a Pass closes the tier for what it covers",
    "ALLOW",
    spec,
    tcp(80),
    [
      anp("first", { priority: 1, ingress: [inAll("Pass")] }),
      anp("then", { priority: 2, ingress: [inAll("Deny")] }),
    ],
  ],
  [
    "a Pass leaves open what it does not cover",
    "DENY",
    spec,
    tcp(91),
    [
      anp("first", { priority: 1, ingress: [{ ...inAll("Pass"), ports: ranges }] }),
      anp("then", { priority: 2, ingress: [inAll("Deny")] }),
    ],
  ],
  [
    "a Pass is before later rules of its policy",
    "ALLOW",
    spec,
    tcp(80),
    [anp("one", { ingress: [inAll("Pass"), inAll("Deny")] })],
  ],
  [
    "a Pass is behind later rules of its policy where an engine sorts them",
    "DENY",
    aws,
    tcp(80),
    [anp("one", { ingress: [inAll("Pass"), inAll("Deny")] })],
  ],
  [
    "what passes the admin tier is for the baseline to decide",
    "DENY",
    spec,
    tcp(80),
    [anp("one", { ingress: [inAll("Pass"), inAll("Allow")] }), banp({ ingress: [inAll("Deny")] })],
  ],
  [
    "a Deny counts before an Allow of its priority, whatever their names",
    "DENY",
    spec,
    tcp(80),
    [
      anp("a", { priority: 5, ingress: [inAll("Allow")] }),
      anp("b", { priority: 5, ingress: [inAll("Deny")] }),
    ],
  ],
  [
    "a broken policy of the admin tier may be the first",
    "UNKNOWN",
    spec,
    tcp(80),
    [
      anp("broken", { priority: 9, ingress: [{ ports: [{ port: 0 }] }] as never }),
      cnp("one", {
        priority: 1,
        ingress: [{ action: "Accept", from: [all] }],
        egress: [{ action: "Accept", to: [all] }],
      }),
    ],
  ],
  [
    "an except takes nothing away from another policy",
    "ALLOW",
    spec,
    tcp(80),
    [
      np("holed", { ingress: [fromBlock("10.0.1.0/24", "10.0.1.1/32")] }),
      np("whole", { ingress: [fromBlock("10.0.1.0/24")] }),
    ],
  ],
  [
    "an except masks shorter blocks of another policy in a table of prefixes",
    "DENY",
    aws,
    tcp(80),
    [
      np("holed", { ingress: [fromBlock("10.0.1.0/24", "10.0.1.1/32")] }),
      np("whole", { ingress: [fromBlock("10.0.1.0/24")] }),
    ],
  ],
  [
    "an except masks a rule for everybody in a table of prefixes",
    "DENY",
    aws,
    tcp(80),
    [np("holed", { ingress: [fromBlock("10.0.0.0/16", "10.0.1.0/24"), {}] })],
  ],
  [
    "an except as long as another entry leaves open which of them is found",
    "UNKNOWN",
    aws,
    tcp(80),
    [
      np("holed", { ingress: [fromBlock("10.0.1.0/24", "10.0.1.1/32")] }),
      np("pods", { ingress: [{ from: [{ podSelector: labels("app", "web") }] }] }),
    ],
  ],
  [
    "an except shorter than another entry masks it not",
    "ALLOW",
    aws,
    tcp(80),
    [
      np("holed", { ingress: [fromBlock("10.0.0.0/16", "10.0.1.0/24")] }),
      np("pods", { ingress: [{ from: [{ podSelector: labels("app", "web") }] }] }),
    ],
  ],
  [
    "a name stands for the destination's number",
    "ALLOW",
    spec,
    tcp(9090),
    [np("named", { policyTypes: ["Egress"], egress: [{ ports: [{ port: "http" }] }] })],
  ],
  [
    "a name does not stand for the source's number",
    "DENY",
    spec,
    tcp(8080),
    [np("named", { policyTypes: ["Egress"], egress: [{ ports: [{ port: "http" }] }] })],
  ],
  [
    "ranges that begin alike end where they say",
    "DENY",
    spec,
    tcp(90),
    [
      np("long", {
        podSelector: labels("app", "web"),
        ingress: [{ ports: [{ port: 80, endPort: 99 }] }],
      }),
      np("short", {
        ingress: [{ ports: [{ port: 80, endPort: 89 }] }],
        podSelector: labels("app", "api"),
      }),
    ],
  ],
  [
    "as many port entries as fit are all there",
    "ALLOW",
    aws,
    tcp(80),
    [np("crowd", { ingress: [{ ports: entries(24) }] })],
  ],
  [
    "one port entry more may be any of them",
    "UNKNOWN",
    aws,
    tcp(80),
    [np("crowd", { ingress: [{ ports: entries(25) }] })],
  ],
  [
    "port entries for everybody and for some count together",
    "UNKNOWN",
    aws,
    tcp(80),
    [
      np("crowd", { ingress: [{ ports: entries(12) }] }),
      np("some", { ingress: [{ ...fromBlock("10.0.1.0/24"), ports: entries(13) }] }),
    ],
  ],
  [
    "an except takes addresses out of its own block",
    "DENY",
    spec,
    tcp(80),
    [np("holed", { ingress: [fromBlock("10.0.1.0/24", "10.0.1.0/31")] })],
  ],
  [
    "an address behind the edge of an except stays in",
    "ALLOW",
    spec,
    tcp(80),
    [np("holed", { ingress: [fromBlock("10.0.1.0/24", "10.0.1.2/31")] })],
  ],
  [
    "what decides first counts when a later policy says otherwise",
    "ALLOW",
    spec,
    tcp(80),
    [
      anp("first", { priority: 1, ingress: [inAll("Allow")] }),
      anp("then", { priority: 2, ingress: [inAll("Deny")] }),
    ],
  ],
];

describe("compiled reachability, where evaluators go wrong", () => {
  it.each(rows)("%s: %s", (_, verdict, options, question, policies) => {
    expect(verdictOf(policies, question, options)).toBe(verdict);
  });
});
