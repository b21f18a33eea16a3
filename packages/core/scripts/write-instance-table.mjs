// Writes src/capacity/instance-table.ts from a JSON file of instance limits.
//
//   node packages/core/scripts/write-instance-table.mjs LIMITS.json 2026-03-20
//
// LIMITS.json: an array of { type, ipv4PerEni, branchEnis, hypervisor, networkCards }, as read from
// the limits table of amazon-vpc-resource-controller-k8s. The second argument is that table's date.
// Families with the same numbers share their rows, which is what keeps the file readable.
import { readFileSync, writeFileSync } from "node:fs";

const [input, date] = process.argv.slice(2);
if (input === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(date ?? "")) {
  process.stderr.write("usage: write-instance-table.mjs LIMITS.json YYYY-MM-DD\n");
  process.exit(64);
}

const smallSizes = ["nano", "micro", "small", "medium", "large", "xlarge"];
const naturally = new Intl.Collator("en", { numeric: true }).compare;

/** Order of sizes as people name them: nano … large, xlarge, 2xlarge …, metal last. */
function sizeRank(size) {
  if (size.startsWith("metal")) return 100_000 + Number(/\d+/.exec(size)?.[0] ?? 0);
  const rank = smallSizes.indexOf(size);
  return rank >= 0 ? rank : 100 + Number.parseInt(size, 10);
}

/** Interfaces of each network card: "8", "8/8", "32*2" for 32 cards of 2. */
function formatCards(cards) {
  const limits = cards.map((card) => card.maxEnis);
  const isUniform = limits.every((limit) => limit === limits[0]);
  return limits.length > 2 && isUniform ? `${limits.length}*${limits[0]}` : limits.join("/");
}

function formatRow({ type, networkCards, ipv4PerEni, branchEnis }) {
  const branches = branchEnis > 0 ? `+${branchEnis}` : "";
  return `${sizeOf(type)} ${formatCards(networkCards)}x${ipv4PerEni}${branches}`;
}

const familyOf = (type) => type.split(".")[0];
const sizeOf = (type) => type.slice(type.indexOf(".") + 1);

function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

/** Joins parts into lines of at most 98 characters. */
function wrap(parts, separator, indent) {
  const lines = [];
  for (const part of parts) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + separator.length + part.length < 98) {
      lines[lines.length - 1] = `${line}${separator}${part}`;
    } else lines.push(`${indent}${part}`);
  }
  return lines.join("\n");
}

function formatTable(types) {
  const byFamily = groupBy(types, (row) => familyOf(row.type));
  const families = [...byFamily.keys()].sort(naturally);
  const rowsOf = (family) =>
    byFamily
      .get(family)
      .sort((a, b) => sizeRank(sizeOf(a.type)) - sizeRank(sizeOf(b.type)))
      .map(formatRow)
      .join("\n");
  const blocks = [...groupBy(families, rowsOf)];
  return blocks
    .map(([rows, names]) => `${wrap(names, " ", "")}\n${wrap(rows.split("\n"), " · ", "  ")}`)
    .join("\n");
}

const types = JSON.parse(readFileSync(input, "utf8"));
// Bare metal has no hypervisor and stands with the rest of its family.
const xenFamilies = new Set(
  types.filter((t) => t.hypervisor === "xen").map((t) => familyOf(t.type)),
);
const isXen = (row) => xenFamilies.has(familyOf(row.type));

writeFileSync(
  new URL("../src/capacity/instance-table.ts", import.meta.url),
  `// Written by scripts/write-instance-table.mjs; do not edit by hand.
//
// Source: the limits table of aws/amazon-vpc-resource-controller-k8s, generated ${date}.
// Lines without indent name instance families; the indented lines below them hold the sizes of each:
// "large 3x10+9" is 3 interfaces of 10 IPv4 addresses each and 9 branches; without "+9" the type
// cannot trunk. "8/8" are two network cards of 8 interfaces each, "32*2" are 32 cards of 2.

/** Date of the instance limits. A newer type than this is not in them. */
export const INSTANCE_TABLE_DATE = "${date}";

/** Families on Nitro hardware. */
export const nitroTable = \`
${formatTable(types.filter((row) => !isXen(row)))}
\`;

/** Families on Xen, apart from their bare metal sizes. */
export const xenTable = \`
${formatTable(types.filter(isXen))}
\`;
`,
);
