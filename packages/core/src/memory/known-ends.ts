import type { AnyEnd } from "../paths/end.ts";
import type { EndOptions } from "../paths/find-end.ts";
import type { Endpoint } from "../verdict/explanation.ts";
import type { Placing } from "../verdict/placing.ts";
import { type BoundedMap, boundedMap } from "./bounded-map.ts";
import { KnownEnd, type MemberOf } from "./known-end.ts";

/** VPCs, and texts of addresses in each. */
const VPCS_MAX = 16;
const ADDRESSES_MAX = 1 << 16;

/** Places each endpoint once, by a way of placing that finds all of them anew. */
export function placingOnce(anew: Placing<AnyEnd>, memberOf: MemberOf): Placing<KnownEnd> {
  const find = (endpoint: Endpoint, options: EndOptions) => {
    return new KnownEnd(anew.find(endpoint, options), anew, memberOf);
  };
  const quick = findQuickly(find);
  const others = boundedMap<string, KnownEnd>();
  return {
    find: (endpoint, options) => {
      const known = options.mode === undefined ? quick(endpoint, options) : undefined;
      if (known !== undefined) return known;
      const key = JSON.stringify([endpoint, options.mode ?? 0, options.vpcId ?? 0]);
      return others.get(key) ?? others.set(key, find(endpoint, options));
    },
    asSource: (known) => known.asSource,
    vpcOf: (known) => known.vpcId,
  };
}

// What is asked most by the texts that callers have anyway; undefined for all else.
function findQuickly(
  find: (endpoint: Endpoint, options: EndOptions) => KnownEnd,
): (endpoint: Endpoint, options: EndOptions) => KnownEnd | undefined {
  const pods = boundedMap<string, BoundedMap<string, KnownEnd>>();
  const addresses = boundedMap<string | undefined, BoundedMap<string, KnownEnd>>(VPCS_MAX);
  const names = boundedMap<string, KnownEnd>();
  return (endpoint, options) => {
    if (endpoint.kind === "pod" && endpoint.eniId === undefined) {
      const { namespace, name } = endpoint;
      const own = pods.get(namespace) ?? pods.set(namespace, boundedMap());
      return own.get(name) ?? own.set(name, find(endpoint, options));
    }
    if (endpoint.kind === "address") {
      const { vpcId } = options;
      const own = addresses.get(vpcId) ?? addresses.set(vpcId, boundedMap(ADDRESSES_MAX));
      return own.get(endpoint.address) ?? own.set(endpoint.address, find(endpoint, options));
    }
    if (endpoint.kind !== "name") return undefined;
    return names.get(endpoint.name) ?? names.set(endpoint.name, find(endpoint, options));
  };
}
