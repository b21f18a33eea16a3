import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryRule } from "../world/arbitrary-world.test-support.ts";
import {
  type ConnectionOutcome,
  connectionAfter,
  type EditContext,
  type RuleEdit,
} from "./rule-edit.ts";
import {
  documented,
  http,
  http6,
  inbound,
  ping,
  references,
  rules,
  ssh,
  withoutIpv4Out,
} from "./tracking.test-support.ts";
import { type TrackedConnection, trackingOf } from "./tracking.ts";

const goesOn = (tracking: "tracked" | "untracked"): ConnectionOutcome => {
  return { kind: "continues", tracking };
};
const cut: ConnectionOutcome = { kind: "cut" };
const untilIdle = (timeoutS: number): ConnectionOutcome => ({ kind: "untilIdle", timeoutS });
const out = "out all to 0.0.0.0/0";
const openSsh = rules("in tcp/22 from 0.0.0.0/0", out);
const gre = inbound("47", "198.51.100.7");
const dns = inbound("udp/53", "198.51.100.7");

type Row = readonly [
  fact: string,
  connection: TrackedConnection,
  edit: RuleEdit,
  outcome: ConnectionOutcome,
  context?: EditContext,
];

function outcomes(title: string, rows: readonly Row[]): void {
  it.each(rows)(`${title} %s`, (...row) => {
    const [, connection, edit, outcome, context] = row as unknown as Row;
    expect(connectionAfter(connection, edit, references, context)).toEqual(outcome);
  });
}

// EC2 reference 6.3, rules 6 and 7, and the end of its example.
describe("an edit of rules", () => {
  const closed = rules(out);
  outcomes("that removes", [
    ["the rule of tracked SSH", ssh, { before: documented, after: closed }, untilIdle(432_000)],
    ["the rule that opened SSH to all cuts it", ssh, { before: openSsh, after: closed }, cut],
    ["the rule of a ping", ping, { before: documented, after: closed }, untilIdle(30)],
    [
      "the IPv4 egress makes HTTP tracked from then on",
      http,
      { before: documented, after: withoutIpv4Out },
      goesOn("tracked"),
    ],
    [
      "the IPv4 egress leaves IPv6 untouched",
      http6,
      { before: documented, after: withoutIpv4Out },
      goesOn("untracked"),
    ],
    [
      "the rule of GRE, which lasts 600 s",
      gre,
      { before: rules("in 47 from 0.0.0.0/0"), after: [] },
      untilIdle(600),
    ],
    [
      "a rule that never let it begin",
      inbound("tcp/23", "203.0.113.1"),
      { before: documented, after: closed },
      { kind: "notOpen" },
    ],
  ]);
  outcomes("that narrows", [
    [
      "the rule of tracked SSH",
      ssh,
      { before: documented, after: rules("in tcp/22 from 203.0.113.9/32", out) },
      untilIdle(432_000),
    ],
    [
      "the rule of open SSH to others cuts it",
      ssh,
      { before: openSsh, after: rules("in tcp/22 from 203.0.113.9/32", out) },
      cut,
    ],
    [
      "the rule of open HTTP to its own peer",
      http,
      { before: documented, after: rules("in tcp/80 from 198.51.100.0/24", out) },
      goesOn("tracked"),
    ],
    [
      "the rule of UDP with one exchange",
      dns,
      { before: rules("in udp/53 from 198.51.100.0/24"), after: [] },
      untilIdle(30),
    ],
    [
      "the rule of a stream of UDP",
      dns,
      { before: rules("in udp/53 from 198.51.100.0/24"), after: [] },
      untilIdle(180),
      { isStream: true },
    ],
  ]);
  outcomes("on an interface with timeouts of its own", [
    [
      "TCP",
      ssh,
      { before: documented, after: [] },
      untilIdle(60),
      { own: { tcpEstablishedS: 60 } },
    ],
    [
      "UDP",
      dns,
      { before: rules("in udp/53 from 198.51.100.0/24"), after: [] },
      untilIdle(45),
      { own: { udpS: 45 } },
    ],
    ["on Nitro v6", ssh, { before: documented, after: [] }, untilIdle(350), { isNitroV6: true }],
    [
      "on Nitro v6, set",
      ssh,
      { before: documented, after: [] },
      untilIdle(400),
      { isNitroV6: true, own: { tcpEstablishedS: 400 } },
    ],
  ]);
});

// The open points of EC2 reference 6.3, each at its default and at the other value.
describe("by the switch", () => {
  const others = rules("in tcp/1 from 10.0.0.0/8");
  const swap = { before: documented, after: others, kind: "groups" } as const;
  outcomes("groupSetChange", [
    ["as rules: tracked ones survive other groups", ssh, swap, untilIdle(432_000)],
    ["cuts: they are cut", ssh, swap, cut, { switches: { groupSetChange: "cuts" } }],
    [
      "cuts: but not where the new groups allow them",
      ssh,
      { ...swap, after: rules("in tcp/22 from 203.0.113.0/24") },
      goesOn("tracked"),
      { switches: { groupSetChange: "cuts" } },
    ],
    [
      "cuts: edits of rules are none of its matter",
      ssh,
      { before: documented, after: others },
      untilIdle(432_000),
      { switches: { groupSetChange: "cuts" } },
    ],
  ]);
  const opened = { before: documented, after: openSsh };
  outcomes("openedLater", [
    ["stays: tracked until it ends", ssh, opened, goesOn("tracked")],
    [
      "untracked: rules decide from now on",
      ssh,
      opened,
      goesOn("untracked"),
      { switches: { openedLater: "untracked" } },
    ],
  ]);
  const closedReply = { before: documented, after: withoutIpv4Out };
  outcomes("midStream", [
    ["tracks: the next packet begins a tracked one", http, closedReply, goesOn("tracked")],
    [
      "passes: replies have no way back",
      http,
      closedReply,
      cut,
      { switches: { midStream: "passes" } },
    ],
    [
      "passes: UDP has no middle",
      dns,
      { before: rules("in udp/53 from 0.0.0.0/0", out), after: rules("in udp/53 from 0.0.0.0/0") },
      goesOn("tracked"),
      { switches: { midStream: "passes" } },
    ],
  ]);
  const replaced = { before: documented, after: rules("in tcp/80-81 from 0.0.0.0/0", out) };
  outcomes("untrackedEdit", [
    ["continues: another rule lets its packets through", http, replaced, goesOn("untracked")],
    [
      "cut: the rule that let it begin is gone",
      http,
      replaced,
      cut,
      { switches: { untrackedEdit: "cut" } },
    ],
    [
      "cut: but another edit leaves it alone",
      http,
      { before: documented, after: [...documented, ...rules("in tcp/9 from ::/0")] },
      goesOn("untracked"),
      { switches: { untrackedEdit: "cut" } },
    ],
  ]);
});

describe("laws of rule edits", () => {
  const someRules = fc.array(arbitraryRule, { maxLength: 8 });
  const connection = fc.constantFrom(ssh, http, http6, ping, gre, dns);

  it("an edit that adds rules cuts nothing", () => {
    fc.assert(
      fc.property(connection, someRules, someRules, (one, before, added) => {
        const { kind } = connectionAfter(one, { before, after: [...before, ...added] }, references);
        const isOpen = trackingOf(one, before, references) !== "refused";
        expect(kind).toBe(isOpen ? "continues" : "notOpen");
      }),
    );
  });

  it("no edit changes nothing, by any switch", () => {
    fc.assert(
      fc.property(connection, someRules, (one, before) => {
        const tracking = trackingOf(one, before, references);
        fc.pre(tracking !== "refused");
        const edit = { before, after: before };
        const switches = { openedLater: "untracked", untrackedEdit: "cut" } as const;
        for (const context of [{}, { switches }]) {
          expect(connectionAfter(one, edit, references, context)).toEqual(goesOn(tracking));
        }
      }),
    );
  });

  it("a tracked connection is never cut by rules, an untracked one never waits", () => {
    fc.assert(
      fc.property(connection, someRules, someRules, (one, before, after) => {
        const { kind } = connectionAfter(one, { before, after }, references);
        const tracking = trackingOf(one, before, references);
        if (tracking === "tracked") expect(kind).not.toBe("cut");
        if (tracking === "untracked") expect(kind).not.toBe("untilIdle");
      }),
    );
  });
});
