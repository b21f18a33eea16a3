import { parseArgs } from "node:util";

/** What a load run is told. */
export interface LoadOptions {
  /** Measured time of the whole run, seconds; starting and clearing up come on top. */
  readonly seconds: number;
  /** Nodes of the generated world. */
  readonly nodes: number;
  /** Calls in flight, one level after the other. */
  readonly inFlight: readonly number[];
  /** Decides which pods are on which nodes. */
  readonly seed: number;
  /** Print the report as JSON instead of a table. */
  readonly json: boolean;
}

/** Text of `--help`. */
export const USAGE = `usage: npm run load -- [options]

Allocates and releases branches in a closed loop against real processes: EC2 emulator,
policy-service, ipam-service. Beside it runs an empty call of the same stack, so that the numbers of
two machines can be compared by their ratio.

  --seconds N         measured time in all, seconds (default 30, at most 600)
  --nodes N           m5.24xlarge nodes, 107 branches each (default 24, at most 200)
  --in-flight N,N,N   calls in flight (default 1,16,128)
  --seed N            places the pods (default 1)
  --json              print the report as JSON

Exit codes: 0 all invariants held and every call ended; 1 not so; 64 wrong options.
`;

/** Reads the options; throws an Error with one sentence per wrong one. */
export function readOptions(argv: readonly string[]): LoadOptions | "help" {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      seconds: { type: "string", default: "30" },
      nodes: { type: "string", default: "24" },
      "in-flight": { type: "string", default: "1,16,128" },
      seed: { type: "string", default: "1" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  return {
    seconds: number("seconds", values.seconds, { min: 0.5, max: 600 }),
    nodes: wholeNumber("nodes", values.nodes, { min: 1, max: 200 }),
    inFlight: values["in-flight"]
      .split(",")
      .map((text) => wholeNumber("in-flight", text, { min: 1, max: 1024 })),
    seed: wholeNumber("seed", values.seed, { min: 0, max: 2 ** 32 - 1 }),
    json: values.json,
  };
}

interface Range {
  readonly min: number;
  readonly max: number;
}

function number(name: string, text: string, { min, max }: Range): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= min && value <= max) return value;
  throw new Error(`--${name} is "${text}": a number from ${min} to ${max} is needed`);
}

function wholeNumber(name: string, text: string, range: Range): number {
  const value = number(name, text, range);
  if (Number.isInteger(value)) return value;
  throw new Error(`--${name} is "${text}": a whole number is needed`);
}
