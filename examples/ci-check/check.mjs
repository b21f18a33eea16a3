// Fails a build when a change opens, or closes, what it must not.
//
//   node check.mjs --manifests k8s/a.yaml --manifests k8s/b.yaml --ec2 groups.json \
//     --assertions assertions.yaml [--junit results.xml]
//
// Files are YAML or JSON; --ec2 takes what `aws ec2 describe-… --output json` prints. Ends with 0 when
// every assertion holds, 1 when one does not, 65 when an input cannot be read.
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { parseProtocol } from "@trunkline/core";
import { problemText, readEc2Describe, readManifests, worldOf } from "@trunkline/core/inputs";
import { rememberingIndex } from "@trunkline/core/memory";
import { checkAssertions, junitXml } from "@trunkline/core/query";
import { parseAllDocuments } from "yaml";

const { values: flags } = parseArgs({
  options: {
    manifests: { type: "string", multiple: true, default: [] },
    ec2: { type: "string", multiple: true, default: [] },
    assertions: { type: "string" },
    junit: { type: "string" },
  },
});

const manifests = read(flags.manifests);
const answers = read(flags.ec2);
const { cluster, settings, problems } = readManifests(manifests.map(({ value }) => value));
const { cloud, problems: ec2Problems } = readEc2Describe(answers.map(({ value }) => value));
const lines = [...linesOf(problems, manifests), ...linesOf(ec2Problems, answers)];
if (lines.length > 0) fail(65, lines);

const [{ value: wanted }] = read([flags.assertions ?? fail(65, ["--assertions is missing"])]);
const results = checkAssertions(rememberingIndex(worldOf({ cluster, cloud, settings })), {
  mustReach: (wanted.mustReach ?? []).map(assertionOf),
  mustNotReach: (wanted.mustNotReach ?? []).map(assertionOf),
});
if (flags.junit !== undefined) writeFileSync(flags.junit, junitXml(results, "reachability"));
for (const { outcome, expected, name, message } of results) {
  process.stdout.write(`${outcome.padEnd(8)}${expected} ${name}${message && `: ${message}`}\n`);
}
process.exitCode = results.every(({ outcome }) => outcome === "passed") ? 0 : 1;

/** All documents of some files, with the file that each is from. */
function read(files) {
  return files.flatMap((file) =>
    parseAllDocuments(readFileSync(file, "utf8")).map((document) => {
      if (document.errors.length > 0) fail(65, [`${file}: ${document.errors[0].message}`]);
      return { file, value: document.toJS() };
    }),
  );
}

function linesOf(found, documents) {
  return found.map((problem) => `${documents[problem.document].file}: ${problemText(problem)}`);
}

/** "shop/api -> db1 tcp/5432": a pod, an address, or the Name tag of an interface at either end. */
function assertionOf(text) {
  const [, source, destination, protocol, port] =
    /^(\S+) -> (\S+) (tcp|udp)\/(\d+)$/.exec(text) ?? fail(65, [`not an assertion: ${text}`]);
  const ends = { source: endpoint(source), destination: endpoint(destination) };
  return { name: text, flow: { ...ends, protocol: parseProtocol(protocol), port: Number(port) } };
}

function endpoint(text) {
  if (/^[0-9.]+$|:/.test(text)) return { kind: "address", address: text };
  const [namespace, ...name] = text.split("/");
  if (name.length === 0) return { kind: "name", name: text };
  return { kind: "pod", namespace, name: name.join("/") };
}

function fail(code, lines) {
  process.stderr.write(`${lines.join("\n")}\n`);
  process.exit(code);
}
