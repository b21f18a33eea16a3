/** What is wrong with a SecurityGroupPolicy whose structure was lost. */
export interface Flattened {
  /** "SecurityGroupPolicy my-namespace/my-policy". */
  readonly subject: string;
  /** One per missing key; the last one holds the corrected document. */
  readonly problems: readonly { readonly path: string; readonly description: string }[];
}

/** The keys a policy has, with the word that stands for each in a text. */
const KEYS = [
  { path: "apiVersion", words: ["apiVersion"] },
  { path: "metadata", words: ["metadata"] },
  { path: "spec", words: ["spec"] },
  { path: "spec.podSelector", words: ["podSelector", "serviceAccountSelector"] },
  { path: "spec.securityGroups.groupIds", words: ["groupIds"] },
] as const;

/** Keys of the structure itself; any other key of a flattened text is taken for a label. */
const STRUCTURE = new Set(["apiVersion", "kind", "metadata", "name", "namespace", "spec"]);

/** A text longer than this is not a policy that somebody pasted. */
const TEXT_LENGTH_MAX = 10_000;

/**
 * Recognises a SecurityGroupPolicy that lost its structure, as it does when a web page drops the
 * lines that end in a colon: `kind`, `name`, labels and group ids are there, `metadata` and `spec`
 * are not. Such a text is often not even YAML, so it is read by lines.
 *
 * @returns undefined for any other text.
 */
export function explainFlattened(text: string): Flattened | undefined {
  if (text.length > TEXT_LENGTH_MAX) return undefined;
  const lines = readLines(text);
  if (lines.pairs.get("kind") !== "SecurityGroupPolicy") return undefined;
  if (lines.keys.has("metadata") || lines.keys.has("spec")) return undefined;
  const name = lines.pairs.get("name") ?? "";
  const namespace = lines.pairs.get("namespace") ?? "default";
  const missing = KEYS.filter(({ words }) => !words.some((word) => lines.keys.has(word)));
  return {
    subject: `SecurityGroupPolicy ${namespace}/${name || "?"}`,
    problems: [
      ...missing.map(({ path }) => ({ path, description: "missing" })),
      { path: "", description: `its structure is lost; it may have meant:\n${corrected(lines)}` },
    ],
  };
}

interface Lines {
  readonly keys: ReadonlySet<string>;
  readonly pairs: ReadonlyMap<string, string>;
  readonly items: readonly string[];
}

function readLines(text: string): Lines {
  const keys = new Set<string>();
  const pairs = new Map<string, string>();
  const items: string[] = [];
  for (const line of text.split("\n")) {
    const item = /^\s*-\s+([^\s#:]+)\s*(?:#.*)?$/.exec(line)?.[1];
    if (item !== undefined) items.push(item);
    const [, key, value] = /^\s*([\w./-]+):(?:\s+([^#]*?))?\s*(?:#.*)?$/.exec(line) ?? [];
    if (key === undefined) continue;
    keys.add(key);
    if (value) pairs.set(key, value);
  }
  return { keys, pairs, items };
}

function corrected({ pairs, items }: Lines): string {
  const labels = [...pairs].filter(([key]) => !STRUCTURE.has(key));
  // Never "{}", which would give the groups to every pod of the namespace.
  const selected = labels.length > 0 ? labels : [["REPLACE-ME", "REPLACE-ME"]];
  const groups = items.length > 0 ? items : ["sg-REPLACE-ME"];
  return [
    "apiVersion: vpcresources.k8s.aws/v1beta1",
    "kind: SecurityGroupPolicy",
    "metadata:",
    `  name: ${pairs.get("name") ?? "REPLACE-ME"}`,
    `  namespace: ${pairs.get("namespace") ?? "default"}`,
    "spec:",
    "  podSelector:",
    "    matchLabels:",
    ...selected.map(([key, value]) => `      ${key}: ${value}`),
    "  securityGroups:",
    "    groupIds:",
    ...groups.map((id) => `      - ${id}`),
  ]
    .map((line) => `      ${line}`)
    .join("\n");
}
