import type { Call, Decider } from "../domain/call.ts";
import { ZONE_LETTERS, zoneIdOf } from "../domain/zones.ts";
import { checkFilterNames, type FilterSpec, passes, readFilters } from "../wire/filters.ts";
import { wrongValue } from "../wire/refusal.ts";

/** A row made for filters; zones and regions are no rows of the account. */
interface Zone {
  readonly id: string;
}

const filters: FilterSpec<Zone, Call> = {
  "region-name": (_, { account }) => [account.settings.region],
  state: () => ["available"],
  "zone-id": ({ id }) => [zoneIdOf(id)],
  "zone-name": ({ id }) => [id],
  "zone-type": () => ["availability-zone"],
  "opt-in-status": () => ["opt-in-not-required"],
};

/** DescribeAvailabilityZones of the one region. */
export const describeAvailabilityZones: Decider = (call) => {
  const { fields, account } = call;
  const { region } = account.settings;
  const conditions = readFilters(fields);
  checkFilterNames(conditions, filters);
  const zones = ZONE_LETTERS.map((letter) => `${region}${letter}`);
  const names = fields.texts("ZoneName");
  const unknown = names.find((name) => !zones.includes(name));
  if (unknown !== undefined) throw wrongValue("zoneName", unknown, "Invalid availability zone.");
  const ids = fields.texts("ZoneId");
  const shown = zones.filter(
    (zone) =>
      (names.length === 0 || names.includes(zone)) &&
      (ids.length === 0 || ids.includes(zoneIdOf(zone))) &&
      passes({ id: zone }, conditions, filters, call),
  );
  return {
    availabilityZoneInfo: shown.map((zoneName) => ({
      zoneName,
      zoneId: zoneIdOf(zoneName),
      zoneState: "available",
      regionName: region,
      messageSet: [],
      optInStatus: "opt-in-not-required",
      groupName: region,
      networkBorderGroup: region,
      zoneType: "availability-zone",
    })),
  };
};

const regionFilters: FilterSpec<Zone, Call> = {
  endpoint: ({ id }) => [endpointOf(id)],
  "opt-in-status": () => ["opt-in-not-required"],
  "region-name": ({ id }) => [id],
};

const endpointOf = (region: string) => `ec2.${region}.amazonaws.com`;

/** DescribeRegions: the one region that is here. */
export const describeRegions: Decider = (call) => {
  const { region } = call.account.settings;
  const conditions = readFilters(call.fields);
  checkFilterNames(conditions, regionFilters);
  const unknown = call.fields.texts("RegionName").find((name) => name !== region);
  if (unknown !== undefined) throw wrongValue("regionName", unknown, "Invalid region.");
  const isShown = passes({ id: region }, conditions, regionFilters, call);
  const shown = {
    regionName: region,
    regionEndpoint: endpointOf(region),
    optInStatus: "opt-in-not-required",
  };
  return { regionInfo: isShown ? [shown] : [] };
};
