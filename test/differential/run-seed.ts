import { seededRandom } from "@trunkline/core";
import { type Action, call, type Outcome } from "./actions.ts";
import { type Difference, differences, type Known as KnownPlace, Names } from "./compare.ts";
import {
  type Deviation,
  FIELD_DEVIATIONS,
  OUTCOME_DEVIATIONS,
  type OutcomeDeviation,
} from "./deviations.ts";
import { openSides, type Sides } from "./sides.ts";
import { type Known, nextStep, type Step } from "./steps.ts";

/** One step on which the two differ in a way that nobody listed. */
export interface Finding {
  readonly seed: number;
  readonly at: number;
  readonly step: Step;
  readonly differences: readonly Difference[];
}

/** What one run came to. */
export interface SeedReport {
  readonly seed: number;
  /** Steps that both sides were asked, the answers that were compared, and the refusals. */
  readonly steps: number;
  readonly answers: number;
  readonly refusals: number;
  readonly findings: readonly Finding[];
  /** Listed deviations that showed. */
  readonly seen: ReadonlySet<Deviation>;
}

/** What a run is. */
export interface RunOptions {
  /** Decides every step. */
  readonly seed: number;
  readonly stepCount: number;
  /** Told of each step with what both sides said, to see how a difference came about. */
  readonly onStep?: (step: Step, ours: Outcome, theirs: Outcome) => void;
}

/** Asks both sides the same random steps, all of them decided by the seed. */
export async function runSeed(
  motoEndpoint: string,
  { seed, stepCount, onStep }: RunOptions,
): Promise<SeedReport> {
  await using sides = await openSides(motoEndpoint, seed);
  const run = new Run(sides, seed, onStep ?? (() => {}));
  for (let at = 0; at < stepCount && !run.isOver; at++) await run.step(at);
  return run.report();
}

class Run {
  isOver = false;
  readonly #sides: Sides;
  readonly #onStep: NonNullable<RunOptions["onStep"]>;
  readonly #seed: number;
  readonly #random;
  readonly #known: Known = {
    vpcs: [],
    subnets: [],
    groups: [],
    interfaces: [],
    lists: [],
    gone: [],
  };
  readonly #ours = new Names();
  readonly #theirs = new Names();
  readonly #findings: Finding[] = [];
  readonly #seen = new Set<Deviation>();
  readonly #counts = { steps: 0, answer: 0, refusal: 0 };
  #made = 0;

  constructor(sides: Sides, seed: number, onStep: NonNullable<RunOptions["onStep"]>) {
    this.#onStep = onStep;
    this.#sides = sides;
    this.#seed = seed;
    this.#random = seededRandom(seed);
  }

  async step(at: number): Promise<void> {
    const step = nextStep(this.#random, this.#known);
    const { action, input } = step;
    const [ours, theirs] = await Promise.all([
      call(this.#sides.ours.ec2, action, this.#ours.concrete(input) as object),
      call(this.#sides.theirs.ec2, action, this.#theirs.concrete(input) as object),
    ]);
    this.#counts.steps++;
    this.#onStep(step, ours, theirs);
    if (ours.kind !== theirs.kind || ours.kind === "refusal")
      this.#compareKinds(at, step, ours, theirs);
    if (ours.kind !== "answer" || theirs.kind !== "answer") return;
    this.#counts.answer++;
    await this.#learn(step, ours.data, theirs.data);
    const found = differences(
      this.#ours.symbolic(ours.data),
      this.#theirs.symbolic(theirs.data),
      (path) => this.#knownAt(action, path),
    );
    this.#find(at, step, found);
  }

  report(): SeedReport {
    return {
      seed: this.#seed,
      steps: this.#counts.steps,
      answers: this.#counts.answer,
      refusals: this.#counts.refusal,
      findings: this.#findings,
      seen: this.#seen,
    };
  }

  #compareKinds(at: number, step: Step, ours: Outcome, theirs: Outcome): void {
    const [our, their] = [codeOf(ours), codeOf(theirs)];
    this.#counts.refusal++;
    const listed = OUTCOME_DEVIATIONS.find((one) => isOf(one, step, our, their));
    if (listed !== undefined) this.#seen.add(listed);
    else if (our !== their) {
      this.#find(at, step, [{ path: "", ours: textOf(ours), theirs: textOf(theirs) }]);
    }
    // From here on the two accounts are not the same any more.
    const isRead = /^(?:describe|get)/.test(step.action);
    if (listed?.parts || (ours.kind !== theirs.kind && !isRead)) this.isOver = true;
  }

  #knownAt(action: Action, path: string): KnownPlace {
    const listed = FIELD_DEVIATIONS.find(
      (one) => one.path === path && (one.actions === "all" || one.actions.includes(action)),
    );
    if (listed === undefined) return { kind: "compared" };
    this.#seen.add(listed);
    const { rewrite } = listed;
    return rewrite === undefined ? { kind: "leftOut" } : { kind: "rewritten", rewrite };
  }

  #find(at: number, step: Step, found: readonly Difference[]): void {
    if (found.length === 0) return;
    this.#findings.push({ seed: this.#seed, at, step, differences: found });
  }

  /** Gives what was made a symbol, and forgets what is gone. */
  async #learn({ action, input }: Step, ours: Data, theirs: Data): Promise<void> {
    const known = this.#known;
    const name = (symbol: string, ...path: readonly string[]) => {
      this.#ours.learn(symbol, textAt(ours, path));
      this.#theirs.learn(symbol, textAt(theirs, path));
      return symbol;
    };
    const next = (kind: string, owner = "") => {
      const vpc = owner.split("/")[0];
      return `${vpc === "" ? "" : `${vpc}/`}${kind}:${this.#made++}`;
    };
    switch (action) {
      case "createVpc":
        return await this.#learnVpc(name(next("vpc"), "Vpc", "VpcId"));
      case "createSubnet": {
        const base = String(input["CidrBlock"]).split(".").slice(0, 3).join(".");
        const symbol = name(next("subnet", String(input["VpcId"])), "Subnet", "SubnetId");
        known.subnets.push({ symbol, base });
        return;
      }
      case "createSecurityGroup":
        known.groups.push(name(next("group", String(input["VpcId"])), "GroupId"));
        return;
      case "createNetworkInterface": {
        const symbol = next("eni", String(input["SubnetId"]));
        known.interfaces.push(name(symbol, "NetworkInterface", "NetworkInterfaceId"));
        return;
      }
      case "createManagedPrefixList":
        known.lists.push(name(next("list"), "PrefixList", "PrefixListId"));
        return;
      case "deleteSubnet":
        return this.#forget(input["SubnetId"]);
      case "deleteSecurityGroup":
        return this.#forget(input["GroupId"]);
      case "deleteNetworkInterface":
        return this.#forget(input["NetworkInterfaceId"]);
      case "deleteManagedPrefixList":
        return this.#forget(input["PrefixListId"]);
      default:
        return;
    }
  }

  async #learnVpc(symbol: string): Promise<void> {
    this.#known.vpcs.push(symbol);
    const group = `${symbol}/default`;
    const Filters = [
      { Name: "vpc-id", Values: [symbol] },
      { Name: "group-name", Values: ["default"] },
    ];
    const { ours, theirs } = this.#sides;
    for (const [side, names] of [
      [ours, this.#ours],
      [theirs, this.#theirs],
    ] as const) {
      const input = names.concrete({ Filters }) as { Filters: typeof Filters };
      const { SecurityGroups } = await side.ec2.describeSecurityGroups(input);
      names.learn(group, SecurityGroups?.[0]?.GroupId ?? "");
    }
    // moto's default group lacks the rule from itself that EC2's has.
    await theirs.ec2.authorizeSecurityGroupIngress({
      GroupId: this.#theirs.concrete(group) as string,
      IpPermissions: [
        {
          IpProtocol: "-1",
          UserIdGroupPairs: [{ GroupId: this.#theirs.concrete(group) as string }],
        },
      ],
    });
    this.#known.groups.push(group);
  }

  #forget(symbol: unknown): void {
    const { groups, interfaces, lists, subnets, gone } = this.#known;
    for (const list of [groups, interfaces, lists]) {
      const at = list.indexOf(String(symbol));
      if (at >= 0) list.splice(at, 1);
    }
    const at = subnets.findIndex((one) => one.symbol === symbol);
    if (at >= 0) subnets.splice(at, 1);
    gone.push(String(symbol));
  }
}

type Data = Readonly<Record<string, unknown>>;

function textAt(data: unknown, path: readonly string[]): string {
  const value = path.reduce<unknown>((at, name) => (at as Data | undefined)?.[name], data);
  if (typeof value !== "string") throw new Error(`no ${path.join(".")} in ${JSON.stringify(data)}`);
  return value;
}

function codeOf(outcome: Outcome): string {
  return outcome.kind === "answer" ? "answer" : outcome.code;
}

function textOf(outcome: Outcome): string {
  return outcome.kind === "answer" ? "answer" : `${outcome.code}: ${outcome.message}`;
}

function isOf(one: OutcomeDeviation, { action, input }: Step, ours: string, theirs: string) {
  return (
    one.actions.includes(action) &&
    one.ours === ours &&
    one.theirs === theirs &&
    (one.when === undefined || one.when(input))
  );
}
