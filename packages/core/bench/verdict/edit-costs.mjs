import { LiveImage } from "@trunkline/core/image";
import { quantile } from "./quantile.mjs";

// An edit replaces the first rule of a group of 20 to 100 rules.

const editCount = 300;

const replacements = {
  /** A CIDR and a port that rules have already. */
  known: (at, rule) => ({ ...rule, protocol: 6, fromPort: 443, toPort: 443, peer: knownPeer(at) }),
  /** A CIDR that no rule had. */
  newCidr: (at, rule) => ({
    ...rule,
    protocol: 6,
    fromPort: 443,
    toPort: 443,
    peer: newPeer(at, 0),
  }),
  /** A CIDR and a port that no rule had. */
  newCidrAndPort: (at, rule) => {
    const port = 61_001 + 2 * at;
    return { ...rule, protocol: 6, fromPort: port, toPort: port, peer: newPeer(at, 1) };
  },
};

const knownPeer = (at) => ({ kind: "cidr", cidr: at % 2 === 0 ? "10.0.0.0/16" : "0.0.0.0/0" });
const newPeer = (at, last) => ({
  kind: "cidr",
  cidr: `198.${18 + (at >> 8)}.${at & 255}.${last}/32`,
});

/** Microseconds (wall clock: median, 90 and 99 of 100) of edits of each kind, and how many were patched. */
export function measureEdits(world) {
  const groups = world.groups.filter(({ rules }) => rules.length >= 20 && rules.length <= 100);
  return Object.fromEntries(
    Object.entries(replacements).map(([name, replace]) => {
      const live = new LiveImage(world);
      const edit = (at) => {
        const group = groups[at % groups.length];
        const [first, ...rest] = group.rules;
        const edited = {
          ...group,
          rules: [{ ...replace(at, first), ruleId: `sgr-new-${at}` }, ...rest],
        };
        const start = process.hrtime.bigint();
        const outcome = live.setGroup(edited);
        return { outcome, us: Number(process.hrtime.bigint() - start) / 1000 };
      };
      for (let at = 0; at < 200; at++) edit(at);
      const edits = Array.from({ length: editCount }, (_, at) => edit(200 + at));
      const us = edits.map((one) => one.us);
      const patched = edits.filter(({ outcome }) => outcome === "patched").length;
      const [median, p90, p99] = [0.5, 0.9, 0.99].map((q) => quantile(us, q));
      return [name, { median, p90, p99, patched: patched / editCount }];
    }),
  );
}

/** The same world with interfaces of one to five groups each, in so many different sets. */
export function withSets(world, setCount, random) {
  const below = (limit) => Math.floor(random() * limit);
  const sets = Array.from({ length: setCount }, () => {
    const count = 1 + below(5);
    return [...new Set(Array.from({ length: count }, () => `sg-${below(world.groups.length)}`))];
  });
  const interfaces = world.interfaces.map((eni) => ({ ...eni, groupIds: sets[below(setCount)] }));
  return { ...world, interfaces };
}
