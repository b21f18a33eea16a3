// The same workload in IPv6: 10.1.2.3 becomes 2600:1f14:a:102::3, so that blocks up to /24 lie in
// the first 64 bits, smaller ones inside a /64, and hosts are /128. Every verdict stays the same.

const head = 0x2600_1f14;

function moved(cidr) {
  const [address, lengthText] = cidr.split("/");
  const [a, b, c, d] = address.split(".").map(Number);
  const length = Number(lengthText ?? 32);
  const text = `2600:1f14:${a.toString(16)}:${((b << 8) | c).toString(16)}::${d.toString(16)}`;
  if (lengthText === undefined) return text;
  if (length === 0) return "::/0";
  return `${text}/${length <= 24 ? 40 + length : 96 + length}`;
}

/** A world with its addresses moved. */
export function movedWorld({ groups, prefixLists, interfaces }) {
  const movedPeer = (peer) => (peer.kind === "cidr" ? { ...peer, cidr: moved(peer.cidr) } : peer);
  // ICMP is another protocol there.
  const movedRule = (rule) => ({
    ...rule,
    protocol: rule.protocol === 1 ? 58 : rule.protocol,
    peer: movedPeer(rule.peer),
  });
  return {
    groups: groups.map((group) => ({ ...group, rules: group.rules.map(movedRule) })),
    prefixLists: prefixLists.map((list) => ({ ...list, cidrs: list.cidrs.map(moved) })),
    interfaces: interfaces.map((eni) => ({ ...eni, addresses: eni.addresses.map(moved) })),
  };
}

/** Headers with their addresses moved. */
export function movedTrace({ interfaces, addresses, protocols, ports }) {
  const words = new Int32Array(4 * addresses.length);
  for (const [at, ip] of addresses.entries()) words.set([head, ip >>> 8, 0, ip & 255], 4 * at);
  return {
    interfaces,
    addresses: words,
    protocols: protocols.map((protocol) => (protocol === 1 ? 58 : protocol)),
    ports,
    allowed: new Uint8Array(interfaces.length / 8),
  };
}
