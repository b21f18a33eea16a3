import { seededRandom } from "../clock.ts";
import type { Match } from "../groups/match.ts";
import { type Address, formatAddress } from "../net/address.ts";
import { cidrOf } from "../net/cidr.ts";
import { holderIn } from "../paths/holders.ts";
import { type CheckAnswer, judgeCheck } from "../verdict/judge-check.ts";
import { fixtureF } from "../world/fixture-f.test-support.ts";
import { indexWorld, type WorldIndex } from "../world/world-index.ts";
import { compileImage } from "./compile-image.ts";
import { type FuzzWorld, fuzzProbe, fuzzWorld, type Probe } from "./fuzz-world.test-support.ts";
import { type Image, openImage } from "./image.ts";
import { bindKernels, type HeaderColumns, type Kernels } from "./kernels.ts";

/** Binds kernels to an image and columns: the JavaScript ones, or the same in WASM. */
export type Bind = (image: Image, columns: HeaderColumns) => Kernels;

/** A kernel and the law disagree. */
interface Mismatch {
  readonly seed: number;
  readonly kernel: string;
  readonly probe: Probe;
  readonly expected: Match;
  readonly got: number;
}

/** What the slow evaluator's check says: the law. */
export function lawOf(probe: Probe, world: FuzzWorld, index: WorldIndex): Match {
  return answerOf(probe, world, index).answer;
}

/** The law's answer with the rules that allow. */
export function answerOf(probe: Probe, world: FuzzWorld, index: WorldIndex): CheckAnswer {
  const eni = world.interfaces[probe.eni];
  const { address, isEgress, protocol, port } = probe;
  const holder = holderIn(eni.vpcId, address, index);
  const check = {
    isEgress,
    asked: {
      title: eni.eniId,
      eniId: eni.eniId,
      vpcId: eni.vpcId,
      subnetId: eni.subnetId,
      groupIds: eni.groupIds,
      unknownBecause: "",
      addresses: [],
      publicAddress: undefined,
    },
    peer: {
      title: formatAddress(address),
      within: [hostOf(address)],
      membership: { kind: "known" as const, groupIds: holder?.groupIds ?? [] },
    },
  };
  const icmp = { icmpType: port >> 8, icmpCode: port & 255 };
  return judgeCheck(check, { family: address.family, protocol, port, ...icmp }, index);
}

/** Indexes a fuzzed world for the law. */
export function indexOf(world: FuzzWorld): WorldIndex {
  return indexWorld({ ...fixtureF(), ...world });
}

/** Asks the law and every kernel of one image the same questions. */
export function mismatches(seed: number, verdictCount: number, ...binds: readonly Bind[]) {
  const random = seededRandom(seed);
  const world = fuzzWorld(random);
  const probes = Array.from({ length: verdictCount }, () => fuzzProbe(world, random));
  return compare({ seed, world, probes }, openImage(compileImage(world)), ...binds);
}

/** A world with questions. */
interface FuzzCase {
  readonly seed: number;
  readonly world: FuzzWorld;
  readonly probes: readonly Probe[];
}

/** Compares an image's answers with the law's: those of `bindKernels` unless others are named. */
export function compare(
  { seed, world, probes }: FuzzCase,
  image: Image,
  ...binds: readonly Bind[]
): readonly Mismatch[] {
  const index = indexOf(world);
  const found: Mismatch[] = [];
  const expected = new Map(probes.map((probe) => [probe, lawOf(probe, world, index)]));
  const tell = (kernel: string, probe: Probe, got: number) => {
    const law = expected.get(probe) ?? "unknown";
    const isSure = image.certain[2 * probe.eni + Number(probe.isEgress)] === 1;
    // A 0 of an uncertain interface leaves open what the law leaves open.
    const isFine = got === 1 ? law === "yes" : law === "no" || (law === "unknown" && !isSure);
    if (!isFine) found.push({ seed, kernel, probe, expected: law, got });
  };
  for (const family of [4, 6] as const) {
    for (const isEgress of [false, true]) {
      const some = probes.filter((p) => p.address.family === family && p.isEgress === isEgress);
      for (const bind of binds.length > 0 ? binds : [bindKernels]) askAll(some, bind, image, tell);
    }
  }
  return found;
}

function askAll(
  probes: readonly Probe[],
  bind: Bind,
  image: Image,
  tell: (kernel: string, probe: Probe, got: number) => void,
): void {
  const [first] = probes;
  if (first === undefined) return;
  const columns = columnsOf(probes);
  const kernels = bind(image, columns);
  const way = Number(first.isEgress);
  const end = columns.allowed.length;
  if (first.address.family === 4) kernels.batch4(way, 0, end);
  else kernels.batch6(way, 0, end);
  for (const [at, probe] of probes.entries()) {
    tell(`${bind.name} batch`, probe, (columns.allowed[at >> 3] >> (at & 7)) & 1);
    tell(`${bind.name} single`, probe, askOne(probe, kernels));
  }
}

/** One question to single kernels. */
function askOne({ eni, isEgress, address, protocol, port }: Probe, kernels: Kernels): number {
  const way = Number(isEgress);
  if (address.family === 4) return kernels.verdict4(eni, way, address.ip, protocol, port);
  const [a, b, c, d] = address.ip;
  return kernels.verdict6(eni, way, a, b, c, d, protocol, port);
}

/** Questions of one family as columns, filled up to a multiple of eight with the first. */
function columnsOf(probes: readonly Probe[]): HeaderColumns {
  const count = (probes.length + 7) & ~7;
  const filled = Array.from({ length: count }, (_, at) => probes[at] ?? probes[0]);
  return {
    interfaces: Uint32Array.from(filled, ({ eni }) => eni),
    addresses: Int32Array.from(filled.flatMap(({ address }) => wordsOf(address))),
    protocols: Uint8Array.from(filled, ({ protocol }) => protocol),
    ports: Uint16Array.from(filled, ({ port }) => port),
    allowed: new Uint8Array(count / 8),
  };
}

function wordsOf(address: Address): readonly number[] {
  return address.family === 4 ? [address.ip] : address.ip;
}

function hostOf(address: Address) {
  return cidrOf(address, address.family === 4 ? 32 : 128);
}
