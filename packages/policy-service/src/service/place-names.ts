import { type Endpoint, type Flow, invalid } from "@trunkline/core";
import type { View } from "../world/world-store.ts";

/**
 * Turns ends that are known by the Name tag of an instance into that instance's primary interface,
 * which is what core can judge. Throws INVALID_ARGUMENT when several instances have the name.
 */
export function placeNames(view: View, flow: Flow): Flow {
  const source = placeName(view, flow.source);
  const destination = placeName(view, flow.destination);
  const isSame = source === flow.source && destination === flow.destination;
  return isSame ? flow : { ...flow, source, destination };
}

/** {@link placeNames} for one end. Nodes and interfaces come first: their names say more. */
export function placeName({ index, instancesByName }: View, endpoint: Endpoint): Endpoint {
  if (endpoint.kind !== "name") return endpoint;
  const { name } = endpoint;
  if (index.nodes.has(name) || index.interfacesByName.has(name)) return endpoint;
  const [instanceId, ...others] = instancesByName.get(name) ?? [];
  if (instanceId === undefined) return endpoint;
  if (others.length > 0) {
    const ids = [instanceId, ...others].slice(0, 5).join(", ");
    const description = `${others.length + 1} instances have it: ${ids}`;
    throw invalid(`name ${JSON.stringify(name)} is ambiguous`, [{ field: "name", description }]);
  }
  const interfaces = index.interfacesByInstance.get(instanceId) ?? [];
  const primary = interfaces.find(({ deviceIndex }) => deviceIndex === 0);
  return primary === undefined ? endpoint : { kind: "interface", eniId: primary.eniId };
}
