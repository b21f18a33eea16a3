import type { Group, PrefixList, Rule } from "./group-rows.ts";
import {
  elasticIpIndexes,
  eniIndexes,
  groupIndexes,
  type IndexedTables,
  instanceIndexes,
  ruleIndexes,
  subnetIndexes,
} from "./indexes.ts";
import type { ElasticIp, Eni, EniPermission, Instance, TokenRow } from "./interface-rows.ts";
import type {
  InternetGateway,
  NatGateway,
  NetworkAcl,
  Peering,
  RouteTable,
  Subnet,
  Vpc,
} from "./network-rows.ts";
import type { Settings } from "./settings.ts";
import { SubnetPools } from "./subnet-pools.ts";
import { type Change, type IndexSpec, type Row, Table } from "./table.ts";
import { type Timer, Timers } from "./timers.ts";

const inVpc = (row: { readonly vpcId: string }) => [row.vpcId];

/**
 * Everything that one account holds in one region. Calls change it through `put` and `delete` of
 * its tables only, so that a refused call can be undone and an answered one written down.
 */
export class Account implements IndexedTables {
  settings: Settings;
  readonly #tables = new Map<string, Table<Row>>();
  readonly timers = new Timers();
  #changes: Change[] = [];

  readonly vpcs = this.#add<Vpc>("vpcs", {});
  readonly subnets = this.#add<Subnet>("subnets", subnetIndexes);
  readonly routeTables = this.#add<RouteTable>("routeTables", {
    vpcId: inVpc,
    subnetId: (row) => row.associations.flatMap((a) => a.subnetId ?? []),
    associationId: (row) => row.associations.map((a) => a.id),
  });
  readonly internetGateways = this.#add<InternetGateway>("internetGateways", {
    vpcId: (row) => (row.vpcId === undefined ? [] : [row.vpcId]),
  });
  readonly natGateways = this.#add<NatGateway>("natGateways", {
    vpcId: inVpc,
    subnetId: (row) => [row.subnetId],
  });
  readonly networkAcls = this.#add<NetworkAcl>("networkAcls", {
    vpcId: inVpc,
    subnetId: (row) => row.associations.map((a) => a.subnetId),
    associationId: (row) => row.associations.map((a) => a.id),
  });
  readonly peerings = this.#add<Peering>("peerings", {
    vpcId: (row) => [row.requesterVpcId, row.accepterVpcId],
  });
  readonly groups = this.#add<Group>("groups", groupIndexes);
  readonly rules = this.#add<Rule>("rules", ruleIndexes);
  readonly prefixLists = this.#add<PrefixList>("prefixLists", {});
  readonly enis = this.#add<Eni>("enis", eniIndexes);
  readonly permissions = this.#add<EniPermission>("permissions", {
    eniId: (row) => [row.eniId],
  });
  readonly instances = this.#add<Instance>("instances", instanceIndexes);
  readonly elasticIps = this.#add<ElasticIp>("elasticIps", elasticIpIndexes);
  readonly tokens = this.#add<TokenRow>("tokens", {});
  /** Addresses of every subnet, derived from subnets and interfaces. */
  readonly pools: SubnetPools = new SubnetPools(this.subnets, this.enis);

  #tokensLength = 0;

  constructor(settings: Settings) {
    this.settings = settings;
    this.tokens.onReplace = (before, after) => {
      this.#tokensLength += (after?.answer.length ?? 0) - (before?.answer.length ?? 0);
    };
  }

  /** Length of all answers that are kept for client tokens, characters. */
  get tokensLength(): number {
    return this.#tokensLength;
  }

  #add<R extends Row>(name: string, spec: IndexSpec<R>): Table<R> {
    const table = new Table<R>(name, spec, (change) => this.#record(change));
    // A table of one kind of row is used as a table of rows only to read, undo and load.
    this.#tables.set(name, table as unknown as Table<Row>);
    return table;
  }

  /** Every table by name. */
  get tables(): ReadonlyMap<string, Table<Row>> {
    return this.#tables;
  }

  /** True when the call that is running has changed something so far. */
  get hasChanges(): boolean {
    return this.#changes.length > 0;
  }

  /** What was changed since the last commit or undo; the caller owns it. */
  commit(): readonly Change[] {
    const changes = this.#changes;
    this.#changes = [];
    return changes;
  }

  /** Puts everything back as it was at the last commit. */
  undo(): void {
    for (const change of this.#changes.reverse()) {
      this.#tableOf(change.table).restore(change.id, change.before, change.sequence);
    }
    this.#changes = [];
  }

  /** Places a row that was read from a snapshot or log. */
  restore(change: Omit<Change, "before">): void {
    this.#tableOf(change.table).restore(change.id, change.after, change.sequence);
    this.#schedule(change.table, change.after);
  }

  /** The next timer that is due and still means something, with its row. */
  takeDue(nowMs: number): { readonly timer: Timer; readonly row: Row } | undefined {
    for (;;) {
      const timer = this.timers.takeDue(nowMs);
      if (timer === undefined) return undefined;
      const row = this.#tableOf(timer.table).get(timer.id);
      if (row?.changesAtMs === timer.atMs) return { timer, row };
    }
  }

  #record(change: Change): void {
    this.#changes.push(change);
    this.#schedule(change.table, change.after);
  }

  #schedule(table: string, row: Row | undefined): void {
    if (row?.changesAtMs === undefined) return;
    this.timers.add({ atMs: row.changesAtMs, table, id: row.id });
  }

  #tableOf(name: string): Table<Row> {
    const table = this.#tables.get(name);
    if (table === undefined) throw new Error(`invariant broken: no table ${name}`);
    return table;
  }
}
