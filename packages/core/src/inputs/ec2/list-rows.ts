import { at, entries, type Field, pathText, report, rootField } from "../field.ts";
import { type InputProblem, type ObjectProblem, problemList } from "../input-problem.ts";
import { isMapping, type Mapping, shown } from "../plain.ts";
import { ROWS_MAX } from "./fields.ts";

/** Lists that matter, with what one row of each is called and the key of its id. */
const LISTS = {
  Vpcs: ["Vpc", "VpcId"],
  Subnets: ["Subnet", "SubnetId"],
  RouteTables: ["RouteTable", "RouteTableId"],
  NetworkAcls: ["NetworkAcl", "NetworkAclId"],
  SecurityGroups: ["SecurityGroup", "GroupId"],
  SecurityGroupRules: ["SecurityGroupRule", "SecurityGroupRuleId"],
  PrefixLists: ["PrefixList", "PrefixListId"],
  NetworkInterfaces: ["NetworkInterface", "NetworkInterfaceId"],
  Instances: ["Instance", "InstanceId"],
} as const;

/** A list that matters. */
export type ListName = keyof typeof LISTS;

/** One row of a list; what is wrong with it comes together in `problems`. */
export interface Row {
  readonly list: ListName;
  readonly field: Field;
  /** "SecurityGroup sg-1". */
  readonly subject: string;
  readonly problems: readonly ObjectProblem[];
  /** The same as a problem of the input. */
  readonly place: (problem: ObjectProblem) => InputProblem;
}

/** What documents hold, before any row is read. */
export interface ListedRows {
  readonly rows: readonly Row[];
  /** Lists that some document has, empty ones too. */
  readonly lists: ReadonlySet<ListName>;
  readonly problems: readonly InputProblem[];
  readonly ignoredKeys: readonly string[];
}

/** Takes answers of describe actions apart. */
export function listRows(documents: readonly unknown[]): ListedRows {
  const parts = documents.map((value, document) => rowsOf(value, document));
  return {
    rows: parts.flatMap(({ rows }) => rows),
    lists: new Set(parts.flatMap(({ lists }) => [...lists])),
    problems: parts.flatMap(({ problems }) => problems),
    ignoredKeys: [...new Set(parts.flatMap(({ ignoredKeys }) => ignoredKeys))].sort(),
  };
}

function rowsOf(value: unknown, document: number): ListedRows {
  const { problems, report: take } = problemList("");
  const root = rootField(value, take);
  if (!isMapping(value)) {
    report(root, `must be the answer of a describe action, found ${shown(value)}`);
    return { rows: [], lists: new Set(), problems: placed(problems, document), ignoredKeys: [] };
  }
  if (at(root, "NextToken").value !== undefined) {
    report(at(root, "NextToken"), "more pages follow, and what they hold is missing here");
  }
  if (at(root, "Entries").value !== undefined) {
    report(at(root, "Entries"), "of which list? Put them into its row of PrefixLists");
  }
  const keys = Object.keys(value);
  const lists = keys.map(listOf).filter((list) => list !== undefined);
  const rows = keys.flatMap((key) => {
    const list = listOf(key);
    const own = list === undefined ? [] : fieldsOf(root, key).filter(isRow);
    return list === undefined ? [] : own.map((row) => rowAt(list, row, document));
  });
  return {
    rows,
    lists: new Set(lists),
    problems: placed(problems, document),
    ignoredKeys: keys.filter((key) => listOf(key) === undefined && !READ_ELSEWHERE.includes(key)),
  };
}

function placed(problems: readonly ObjectProblem[], document: number): readonly InputProblem[] {
  return problems.map((problem) => ({ ...problem, document }));
}

function isRow({ field }: Place): boolean {
  if (!isMapping(field.value)) report(field, `must be a mapping, found ${shown(field.value)}`);
  return isMapping(field.value);
}

const READ_ELSEWHERE = ["NextToken", "Entries"];

// Instances come by reservation.
function listOf(key: string): ListName | undefined {
  if (key === "Reservations") return "Instances";
  return Object.hasOwn(LISTS, key) ? (key as ListName) : undefined;
}

interface Place {
  readonly field: Field;
  readonly path: readonly (string | number)[];
}

function fieldsOf(root: Field, key: string): readonly Place[] {
  const own = entries(at(root, key), ROWS_MAX);
  if (key !== "Reservations") return own.map((field, index) => ({ field, path: [key, index] }));
  return own.flatMap((reservation, outer) =>
    entries(at(reservation, "Instances"), ROWS_MAX).map((field, index) => {
      return { field, path: [key, outer, "Instances", index] };
    }),
  );
}

function rowAt(list: ListName, { field, path }: Place, document: number): Row {
  const [title, idKey] = LISTS[list];
  const subject = `${title} ${idOf(field.value, idKey)}`;
  const { problems, report: take } = problemList(subject);
  const place = (problem: ObjectProblem) => {
    const whole = [...path, ...problem.path];
    return { ...problem, field: pathText(whole), path: whole, document };
  };
  return { list, field: rootField(field.value, take), subject, problems, place };
}

function idOf(value: unknown, key: string): string {
  const row: Mapping = isMapping(value) ? value : {};
  return typeof row[key] === "string" ? row[key] : "?";
}
