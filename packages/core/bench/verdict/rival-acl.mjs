// What rival-dpdk.cpp reads: rules with prefix lists expanded, one for each peer, and the group that
// each header asks and the one that its peer carries, 0 for none.
const wordsPerRule = 8;

function parse4(text) {
  const [address, length] = text.split("/");
  const [a, b, c, d] = address.split(".").map(Number);
  return { ip: ((a << 24) | (b << 16) | (c << 8) | d) >>> 0, length: Number(length ?? 32) };
}

const masked = ({ ip, length }) => ({
  ip: length === 0 ? 0 : (ip & (-1 << (32 - length))) >>> 0,
  length,
});

/** The file for a world whose interfaces have one group each, and headers. */
export function aclBytes(world, { interfaces, addresses }) {
  const numbers = new Map(world.groups.map(({ groupId }, at) => [groupId, at + 1]));
  const lists = new Map(world.prefixLists.map((list) => [list.prefixListId, list.cidrs]));
  const rules = world.groups.flatMap(({ groupId, rules }) =>
    rules.flatMap((rule) => rulesOf(rule, numbers.get(groupId), { numbers, lists })),
  );
  const own = world.interfaces.map(({ groupIds }) => numbers.get(groupIds[0]));
  const carried = new Map();
  for (const [at, eni] of world.interfaces.entries()) {
    for (const text of eni.addresses) carried.set(parse4(text).ip | 0, own[at]);
  }
  const words = new Uint32Array(1 + wordsPerRule * rules.length + 2 * interfaces.length);
  words[0] = rules.length;
  for (const [at, rule] of rules.entries()) words.set(rule, 1 + wordsPerRule * at);
  const first = 1 + wordsPerRule * rules.length;
  for (let at = 0; at < interfaces.length; at++) {
    words[first + at] = own[interfaces[at]];
    words[first + interfaces.length + at] = carried.get(addresses[at]) ?? 0;
  }
  return new Uint8Array(words.buffer);
}

function rulesOf(rule, group, { numbers, lists }) {
  const { low, high } = portsOf(rule);
  const protocol = rule.protocol === -1 ? [0, 0] : [rule.protocol, 1];
  const one = ({ ip, length }, remote) => [group, ip, length, remote, ...protocol, low, high];
  switch (rule.peer.kind) {
    case "group":
      return [one({ ip: 0, length: 0 }, numbers.get(rule.peer.groupId))];
    case "prefixList":
      return lists.get(rule.peer.prefixListId).map((cidr) => one(masked(parse4(cidr)), 0));
    case "cidr":
      return [one(masked(parse4(rule.peer.cidr)), 0)];
  }
}

// ICMP has its type and code in place of a port.
function portsOf({ protocol, fromPort, toPort }) {
  if (protocol === -1 || fromPort === -1) return { low: 0, high: 65_535 };
  if (protocol === 1) return { low: fromPort << 8, high: (fromPort << 8) | 255 };
  return { low: fromPort, high: toPort };
}
