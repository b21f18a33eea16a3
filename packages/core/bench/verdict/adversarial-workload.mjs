// The case in which nothing can be shared: no two of 8,000 interfaces have the same groups, three
// of 1,000 each. Rules and headers are those of the workload "cloud".
const interfaceCount = 8000;
const groupsPerInterface = 3;

/** A world like `world`, whose interfaces are each a set of their own. */
export function adversarialWorld(world, random) {
  const groupIds = world.groups.map(({ groupId }) => groupId);
  const seen = new Set();
  const interfaces = world.interfaces.slice(0, interfaceCount).map((eni) => {
    for (;;) {
      const own = new Set(eni.groupIds);
      while (own.size < groupsPerInterface) {
        own.add(groupIds[Math.floor(random() * groupIds.length)]);
      }
      const key = [...own].sort().join(" ");
      if (seen.has(key)) continue;
      seen.add(key);
      return { ...eni, groupIds: [...own] };
    }
  });
  return { ...world, interfaces };
}

/** The headers of a trace, asked of these interfaces. */
export function adversarialTrace({ interfaces, addresses, protocols, ports }) {
  return {
    interfaces: interfaces.map((eni) => eni % interfaceCount),
    addresses,
    protocols,
    ports,
    allowed: new Uint8Array(interfaces.length / 8),
  };
}
