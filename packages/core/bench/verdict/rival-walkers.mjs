// Two ways people write it without an image. Both get addresses, CIDRs and lists parsed beforehand.

function parse4(text) {
  const [address, length] = text.split("/");
  const [a, b, c, d] = address.split(".").map(Number);
  const mask = Number(length ?? 32) === 0 ? 0 : -1 << (32 - Number(length ?? 32));
  return { base: (a << 24) | (b << 16) | (c << 8) | d, mask };
}

function readWorld(world) {
  const lists = new Map(
    world.prefixLists.map((list) => [list.prefixListId, list.cidrs.map(parse4)]),
  );
  const holders = new Map();
  for (const eni of world.interfaces) {
    for (const text of eni.addresses) holders.set(parse4(text).base, eni);
  }
  return { lists, holders };
}

/** Objects: every rule of the interface's group is asked, the first that allows ends it. */
export function objectWalker(world) {
  const { lists, holders } = readWorld(world);
  const groups = new Map(
    world.groups.map(({ groupId, rules }) => [
      groupId,
      rules.map((rule) => ({
        ...rule,
        blocks:
          rule.peer.kind === "cidr" ? [parse4(rule.peer.cidr)] : lists.get(rule.peer.prefixListId),
      })),
    ]),
  );
  const coversPeer = (rule, ip, remote) =>
    rule.peer.kind === "group"
      ? remote?.groupIds.includes(rule.peer.groupId) === true
      : rule.blocks.some(({ base, mask }) => ((ip ^ base) & mask) === 0);
  const coversTraffic = (rule, protocol, port) => {
    if (rule.protocol === -1) return true;
    if (rule.protocol !== protocol) return false;
    if (protocol === 1) return rule.fromPort === -1 || rule.fromPort === port >> 8;
    return rule.fromPort <= port && port <= rule.toPort;
  };
  return (eni, ip, protocol, port) => {
    const remote = holders.get(ip);
    return world.interfaces[eni].groupIds.some((groupId) =>
      groups
        .get(groupId)
        .some((rule) => coversTraffic(rule, protocol, port) && coversPeer(rule, ip, remote)),
    )
      ? 1
      : 0;
  };
}

/** Typed arrays: the same scan over columns, one entry a prefix. */
export function columnWalker(world) {
  const { lists, holders } = readWorld(world);
  const numbers = new Map(world.groups.map(({ groupId }, at) => [groupId, at]));
  const entries = world.groups.flatMap(({ rules }, group) =>
    rules.flatMap((rule) => entriesOf(rule, group, { lists, numbers })),
  );
  const column = (name) => Int32Array.from(entries, (entry) => entry[name]);
  const [bases, masks, peers] = [column("base"), column("mask"), column("peer")];
  const [protocols, lows, highs] = [column("protocol"), column("low"), column("high")];
  const first = new Int32Array(world.groups.length + 1);
  for (const { group } of entries) first[group + 1]++;
  for (let group = 0; group < world.groups.length; group++) first[group + 1] += first[group];
  const own = Int32Array.from(world.interfaces, ({ groupIds }) => numbers.get(groupIds[0]));
  const remotes = new Map([...holders].map(([ip, eni]) => [ip, numbers.get(eni.groupIds[0])]));
  return (eni, ip, protocol, port) => {
    const remote = remotes.get(ip) ?? -2;
    const end = first[own[eni] + 1];
    for (let at = first[own[eni]]; at < end; at++) {
      if (protocols[at] !== -1) {
        if (protocols[at] !== protocol || port < lows[at] || port > highs[at]) continue;
      }
      if (peers[at] === -1 ? ((ip ^ bases[at]) & masks[at]) === 0 : peers[at] === remote) return 1;
    }
    return 0;
  };
}

function entriesOf(rule, group, { lists, numbers }) {
  const isAnyType = rule.protocol === 1 && rule.fromPort === -1;
  const isType = rule.protocol === 1 && rule.fromPort >= 0;
  const low = isAnyType ? 0 : isType ? rule.fromPort << 8 : rule.fromPort;
  const high = isAnyType ? 65_535 : isType ? (rule.fromPort << 8) | 255 : rule.toPort;
  const common = { group, protocol: rule.protocol, low, high };
  if (rule.peer.kind === "group") {
    return [{ ...common, base: 0, mask: 0, peer: numbers.get(rule.peer.groupId) }];
  }
  const blocks =
    rule.peer.kind === "cidr" ? [parse4(rule.peer.cidr)] : lists.get(rule.peer.prefixListId);
  return blocks.map((block) => ({ ...common, ...block, peer: -1 }));
}
