// The workload "cloud": 1,000 groups whose rules follow a Zipf law, 20,000 interfaces of one group
// each by the same law, and 2^20 headers that ask each interface as often. Peers: 40 % groups, 3 % prefix lists, the rest CIDRs of every length.
// Traffic: 76 % tcp, 15 % udp, 4 % icmp, 5 % any; ports: 62 % single well-known, 12 % all, 16 %
// ranges, 10 % odd ones. Six headers in ten are made after a rule of the interface asked.

const groupCount = 1000;
const interfaceCount = 20_000;
/** Headers of the trace, a power of two. */
export const headerCount = 1 << 20;

const wellKnown = [22, 53, 80, 123, 443, 3306, 5432, 6379, 8080, 8443, 9090, 9092, 9200, 27_017];

const widths = [9, 99, 100, 999, 2767, 65_535];

const below = (limit, random) => Math.floor(random() * limit);
const pick = (list, random) => list[below(list.length, random)];

/** Numbers 0 .. count - 1, the first by far the most frequent. */
function zipf(count) {
  const sums = new Float64Array(count);
  for (let at = 0, sum = 0; at < count; at++) {
    sum += 1 / (at + 1);
    sums[at] = sum;
  }
  return (random) => {
    const wanted = random() * sums[count - 1];
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

const hostIp = (eni) => (10 << 24) | (((eni >> 8) + 1) << 8) | (eni & 255);
const text4 = (ip) => [ip >>> 24, (ip >>> 16) & 255, (ip >>> 8) & 255, ip & 255].join(".");
const publicIp = (random) => ((11 + below(212, random)) << 24) | below(1 << 24, random);

function blockOf(random) {
  const chance = random();
  const inside = hostIp(below(interfaceCount, random));
  if (chance < 0.04) return { ip: 0, length: 0 };
  if (chance < 0.1) return { ip: 10 << 24, length: 16 };
  if (chance < 0.4) return { ip: inside, length: 20 + below(8, random) };
  if (chance < 0.65) return { ip: inside, length: 32 };
  return { ip: publicIp(random), length: 8 + below(25, random) };
}

const cidrText = ({ ip, length }) =>
  `${text4(length === 0 ? 0 : ip & (-1 << (32 - length)))}/${length}`;

function trafficOf(random) {
  const chance = random();
  if (chance < 0.05) return { protocol: -1, fromPort: -1, toPort: -1 };
  if (chance < 0.09) {
    return { protocol: 1, fromPort: pick([-1, 0, 3, 8, 11], random), toPort: -1 };
  }
  const protocol = chance < 0.24 ? 17 : 6;
  const which = random();
  if (which < 0.62) {
    const port = pick(wellKnown, random);
    return { protocol, fromPort: port, toPort: port };
  }
  if (which < 0.74) return { protocol, fromPort: 0, toPort: 65_535 };
  const port = 1024 + below(60_000, random);
  if (which >= 0.9) return { protocol, fromPort: port, toPort: port };
  // Most ranges are ones that many use.
  const first = random() < 0.9 ? 1000 * (1 + below(60, random)) : port;
  return { protocol, fromPort: first, toPort: Math.min(65_535, first + pick(widths, random)) };
}

function peerOf(lists, random) {
  const chance = random();
  if (chance < 0.4) return { kind: "group", groupId: `sg-${below(groupCount, random)}` };
  if (chance < 0.43) return { kind: "prefixList", prefixListId: pick(lists, random).prefixListId };
  return { kind: "cidr", cidr: cidrText(blockOf(random)) };
}

/** A world of so many rules, as `compileImage` takes it. */
export function cloudWorld(ruleCount, random) {
  const prefixLists = Array.from({ length: 60 }, (_, at) => ({
    prefixListId: `pl-${at}`,
    name: `pl-${at}`,
    maxEntries: 22,
    cidrs: Array.from({ length: 2 + below(21, random) }, () => cidrText(blockOf(random))),
  }));
  const groups = Array.from({ length: groupCount }, (_, at) => {
    return { groupId: `sg-${at}`, name: `sg-${at}`, vpcId: "vpc-1", rules: [] };
  });
  const rank = zipf(groupCount);
  for (let at = 0; at < ruleCount; at++) {
    groups[rank(random)].rules.push({
      ruleId: `sgr-${at}`,
      isEgress: false,
      ...trafficOf(random),
      peer: peerOf(prefixLists, random),
    });
  }
  const interfaces = Array.from({ length: interfaceCount }, (_, at) => ({
    vpcId: "vpc-1",
    groupIds: [`sg-${rank(random)}`],
    addresses: [text4(hostIp(at))],
    prefixes: [],
  }));
  return { groups, prefixLists, interfaces };
}

/** Headers as the kernels take them. */
export function cloudTrace(world, random) {
  const columns = {
    interfaces: new Uint32Array(headerCount),
    addresses: new Int32Array(headerCount),
    protocols: new Uint8Array(headerCount),
    ports: new Uint16Array(headerCount),
    allowed: new Uint8Array(headerCount / 8),
  };
  const members = new Map(world.groups.map(({ groupId }) => [groupId, []]));
  for (const [at, { groupIds }] of world.interfaces.entries()) members.get(groupIds[0]).push(at);
  const lists = new Map(world.prefixLists.map((list) => [list.prefixListId, list]));
  const groups = new Map(world.groups.map((group) => [group.groupId, group]));
  for (let at = 0; at < headerCount; at++) {
    const eni = below(interfaceCount, random);
    const { rules } = groups.get(world.interfaces[eni].groupIds[0]);
    const rule = rules.length > 0 && random() < 0.6 ? pick(rules, random) : undefined;
    const { protocol, port } = packetOf(rule, random);
    columns.interfaces[at] = eni;
    columns.addresses[at] = addressOf(rule, { members, lists }, random);
    columns.protocols[at] = protocol;
    columns.ports[at] = port;
  }
  return columns;
}

function packetOf(rule, random) {
  if (rule === undefined || rule.protocol === -1) {
    return { protocol: random() < 0.8 ? 6 : 17, port: pick(wellKnown, random) };
  }
  if (rule.protocol === 1) {
    return { protocol: 1, port: (rule.fromPort < 0 ? 8 : rule.fromPort) << 8 };
  }
  const width = rule.toPort - rule.fromPort;
  const port =
    width === 65_535 ? pick(wellKnown, random) : rule.fromPort + below(width + 1, random);
  return { protocol: rule.protocol, port };
}

function addressOf(rule, { members, lists }, random) {
  if (rule === undefined) {
    return random() < 0.7 ? hostIp(below(interfaceCount, random)) : publicIp(random);
  }
  switch (rule.peer.kind) {
    case "group": {
      const holders = members.get(rule.peer.groupId);
      return hostIp(holders.length > 0 ? pick(holders, random) : below(interfaceCount, random));
    }
    case "prefixList":
      return inside(pick(lists.get(rule.peer.prefixListId).cidrs, random), random);
    case "cidr":
      return inside(rule.peer.cidr, random);
  }
}

function inside(cidr, random) {
  const [address, length] = cidr.split("/");
  const [a, b, c, d] = address.split(".").map(Number);
  const base = (a << 24) | (b << 16) | (c << 8) | d;
  if (Number(length) === 0) return publicIp(random);
  return (base + below(2 ** (32 - Number(length)), random)) | 0;
}
