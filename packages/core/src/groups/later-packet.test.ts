import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryRule } from "../world/arbitrary-world.test-support.ts";
import { idleTimeoutS } from "./idle-timeouts.ts";
import { type LaterPacket, packetPasses } from "./later-packet.ts";
import { groupSwitchValues } from "./switches.ts";
import {
  documented,
  http,
  inbound,
  ping,
  references,
  rules,
  ssh,
} from "./tracking.test-support.ts";
import { trackingOf } from "./tracking.ts";

const reply: LaterPacket = { kind: "reply", port: 40_000 };
const request: LaterPacket = { kind: "request" };
const tooBig: LaterPacket = { kind: "error", icmpType: 3, icmpCode: 4 };
const open = { idleS: 0, rules: documented };
const outAll = "out all to 0.0.0.0/0";

describe("a later packet", () => {
  it("of a tracked connection passes whatever the rules say", () => {
    const closed = { connection: ssh, isTracked: true, idleS: 10, rules: [] };
    expect(packetPasses(closed, reply, references)).toBe("yes");
    expect(packetPasses(closed, request, references)).toBe("yes");
  });

  it.each([
    ["TCP", ssh, 432_000],
    ["UDP", inbound("udp/53", "198.51.100.7"), 30],
    ["GRE", inbound("47", "198.51.100.7"), 600],
    ["ICMP", ping, 30],
  ])(
    "of %s passes one second before its timeout and not one second after",
    (_what, connection, timeoutS) => {
      const at = (idleS: number) => ({ connection, isTracked: true, idleS, rules: [] });
      expect(packetPasses(at(timeoutS - 1), reply, references)).toBe("yes");
      expect(packetPasses(at(timeoutS + 1), reply, references)).toBe("no");
      expect(packetPasses(at(timeoutS + 1), request, references)).toBe("no");
    },
  );

  it("of an untracked connection needs a rule in its own direction", () => {
    const bare = { connection: http, isTracked: false, idleS: 0 };
    expect(packetPasses({ ...bare, rules: documented }, reply, references)).toBe("yes");
    expect(packetPasses({ ...bare, rules: rules(outAll) }, request, references)).toBe("no");
    const noReply = rules("in tcp/80 from 0.0.0.0/0", "out tcp/0-1023 to 0.0.0.0/0");
    expect(packetPasses({ ...bare, rules: noReply }, reply, references)).toBe("no");
  });

  it("of an ICMP error passes with the tracked connection it is about, or by a rule", () => {
    const tracked = { ...open, connection: { ...ssh, isEgress: true }, isTracked: true, rules: [] };
    const judged = { switches: { icmpErrors: "judged" } } as const;
    const withRule = { ...tracked, rules: rules("in icmp/3:4 from 0.0.0.0/0") };
    expect(packetPasses(tracked, tooBig, references)).toBe("yes");
    expect(packetPasses(tracked, tooBig, references, judged)).toBe("no");
    expect(packetPasses(withRule, tooBig, references, judged)).toBe("yes");
    expect(packetPasses({ ...tracked, isTracked: false }, tooBig, references)).toBe("no");
  });

  // EC2 reference 6.8, property 4.
  it("that answers one that was let in always passes while rules and time stand still", () => {
    const connection = fc.constantFrom(ssh, http, ping, inbound("tcp/80", "10.0.1.12"));
    const someRules = fc.array(arbitraryRule, { maxLength: 8 });
    fc.assert(
      fc.property(connection, someRules, fc.nat(65_535), (one, own, port) => {
        const tracking = trackingOf(one, own, references);
        fc.pre(tracking !== "refused");
        const state = { connection: one, isTracked: tracking === "tracked", idleS: 0, rules: own };
        expect(packetPasses(state, { kind: "reply", port }, references)).toBe("yes");
        expect(packetPasses(state, request, references)).toBe("yes");
      }),
      { numRuns: 200 },
    );
  });
});

describe("idle timeouts", () => {
  it("are the documented ones", () => {
    expect([6, 17, 1, 58, 47, 132].map((protocol) => idleTimeoutS(protocol))).toEqual([
      432_000, 30, 30, 30, 600, 600,
    ]);
    expect(idleTimeoutS(17, { isStream: true })).toBe(180);
    expect(idleTimeoutS(6, { isNitroV6: true })).toBe(350);
  });

  it("out of range are refused, all at once", () => {
    const own = { tcpEstablishedS: 59, udpS: 61, udpStreamS: Number.NaN, other: 1 };
    expect(() => idleTimeoutS(6, { own })).toThrow(
      /59 is not in 60..432000\n.*61 is not in 30..60\n.*NaN is not in 60..180\n.*other: no such/,
    );
    const widest = { tcpEstablishedS: 432_000, udpS: 60, udpStreamS: 60 };
    expect(idleTimeoutS(17, { own: widest, isStream: true })).toBe(60);
  });
});

describe("switches of groups", () => {
  it("are at their defaults unless told otherwise", () => {
    expect(groupSwitchValues({ midStream: "passes" })).toEqual({
      wholeFamily: "literal",
      midStream: "passes",
      groupSetChange: "as rules",
      openedLater: "stays",
      icmpErrors: "related",
      untrackedEdit: "continues",
    });
  });

  it("that do not exist are refused, all at once", () => {
    const given = { midStream: "maybe", constructor: "x", wholeFamily: undefined } as object;
    expect(() => groupSwitchValues(given)).toThrow(
      /midStream: must be one of tracks, passes, found maybe\n.*constructor: no such switch.*\n.*found undefined/,
    );
  });
});
