import { describe, expect, it } from "vitest";
import { assemble, type Manifests, parseFile } from "./assemble.ts";
import { brokenManifests, inOrder, problemLine } from "./problem.ts";

function read(text: string, file = "a.yaml"): Manifests {
  return assemble([parseFile(file, text)]);
}

function problemsOf(text: string, file = "a.yaml"): string[] {
  return inOrder(read(text, file).problems).map(problemLine);
}

const policy = (spec: string, metadata = "{name: api, namespace: shop}") =>
  `apiVersion: vpcresources.k8s.aws/v1beta1\nkind: SecurityGroupPolicy\nmetadata: ${metadata}\n${spec}`;
const pod = (rest: string) => `apiVersion: v1\nkind: Pod\nmetadata: {name: api}\n${rest}`;
const groups = "securityGroups: {groupIds: [sg-1]}";

describe("a wrong manifest is refused with file, line, object and path", () => {
  it.each<[string, string, string[]]>([
    ["malformed YAML", "a: 1\nb: [1\n", ["a.yaml:3: not YAML: Flow sequence in block"]],
    [
      "a key written twice",
      "kind: Pod\nkind: Pod",
      ["a.yaml:2: not YAML: Map keys must be unique"],
    ],
    ["something that is no object", "- 1\n- 2", ["a.yaml:1: must be a Kubernetes object, found"]],
    [
      "an object without kind",
      "apiVersion: v1\nmetadata: {name: x}",
      ["a.yaml:1: object default/x: kind: missing"],
    ],
    [
      "an object without apiVersion",
      "kind: Node\nmetadata: {name: n1}",
      ["a.yaml:1: Node n1: apiVersion: missing"],
    ],
    [
      "a known kind of an unknown apiVersion",
      policy(`spec: {podSelector: {}, ${groups}}`).replace("v1beta1", "v1"),
      [
        'a.yaml:1: SecurityGroupPolicy shop/api: apiVersion: unknown: "vpcresources.k8s.aws/v1"; ' +
          "this kind is read as vpcresources.k8s.aws/v1beta1",
      ],
    ],
    [
      "no name",
      "apiVersion: v1\nkind: Pod\nmetadata:\n  generateName: api-",
      ["a.yaml:3: Pod default/?: metadata.name: missing"],
    ],
    [
      "a name that cannot be",
      "apiVersion: v1\nkind: Node\nmetadata:\n  name: N_1",
      ['a.yaml:4: Node N_1: metadata.name: must be a DNS subdomain, found "N_1"'],
    ],
    [
      "a label that YAML does not read as text",
      "apiVersion: v1\nkind: Node\nmetadata:\n  name: n1\n  labels:\n    a: yes\n    b: 1",
      [
        "a.yaml:6: Node n1: metadata.labels.a: must be text, found true; put it in quotes",
        "a.yaml:7: Node n1: metadata.labels.b: must be text, found 1; put it in quotes",
      ],
    ],
    [
      "a list where a mapping belongs, once",
      pod("spec: [1]"),
      ["a.yaml:4: Pod default/api: spec: must be a mapping, found [1]"],
    ],
    [
      "words where a boolean belongs",
      pod('spec:\n  hostNetwork: "true"'),
      ['a.yaml:5: Pod default/api: spec.hostNetwork: must be true or false, found "true"'],
    ],
    [
      "a phase that does not exist",
      pod("status: {phase: Odd}"),
      ["a.yaml:4: Pod default/api: status.phase: must be one of Pending, Running,"],
    ],
    [
      "a policy without spec",
      policy(""),
      ["a.yaml:1: SecurityGroupPolicy shop/api: spec: missing"],
    ],
    [
      "a policy with a misspelt selector",
      policy(`spec:\n  podSelecter: {}\n  ${groups}`),
      ["a.yaml:5: SecurityGroupPolicy shop/api: spec.podSelecter: no such key; known are"],
    ],
    [
      "groups that are no list",
      policy("spec:\n  podSelector: {}\n  securityGroups:\n    groupIds: sg-1"),
      [
        'a.yaml:7: SecurityGroupPolicy shop/api: spec.securityGroups.groupIds: must be a list, found "',
      ],
    ],
    [
      "a group that is no text",
      policy("spec:\n  podSelector: {}\n  securityGroups:\n    groupIds:\n      - sg-1\n      - 7"),
      [
        "a.yaml:9: SecurityGroupPolicy shop/api: spec.securityGroups.groupIds[1]: must be text, found 7",
      ],
    ],
    [
      "an expression without operator",
      policy(`spec: {podSelector: {matchExpressions: [{key: a}]}, ${groups}}`),
      [
        "a.yaml:4: SecurityGroupPolicy shop/api: spec.podSelector.matchExpressions[0].operator: missing",
      ],
    ],
    [
      "an annotation that is not what the controller writes",
      pod("").replace("{name: api}", "{name: api, annotations: {vpc.amazonaws.com/pod-eni: '{}'}}"),
      [
        'a.yaml:3: Pod default/api: metadata.annotations["vpc.amazonaws.com/pod-eni"]: must be a JSON',
      ],
    ],
  ])("%s", (_what, text, expected) => {
    const found = problemsOf(text);
    expect(found).toHaveLength(expected.length);
    for (const [index, line] of expected.entries()) expect(found[index]).toContain(line);
  });

  it("two objects of one name, wherever they are", () => {
    const node = "apiVersion: v1\nkind: Node\nmetadata: {name: n1}\n";
    const files = [parseFile("a.yaml", `${node}---\n${node}`), parseFile("b.json", node)];
    expect(assemble(files).problems.map(problemLine)).toEqual([
      "a.yaml:5: Node n1: is written twice, first in a.yaml:1",
      "b.json:1: Node n1: is written twice, first in a.yaml:1",
    ]);
  });

  it("aliases that would grow without end", () => {
    const rows = ["a: &a [x, x, x, x, x, x, x, x, x, x]"];
    for (const [before, name] of ["ab", "bc", "cd", "de"].map((pair) => [...pair])) {
      rows.push(`${name}: &${name} [${Array(10).fill(`*${before}`).join(", ")}]`);
    }
    expect(problemsOf(rows.join("\n"))).toEqual([expect.stringContaining("alias")]);
  });

  it("all of them at once, in one error", () => {
    const text = ["- 1", pod("spec: [1]"), "a: ["].join("\n---\n");
    const { message, problems } = brokenManifests("/m", read(text).problems);
    expect(problems.map(({ field }) => field)).toEqual(["a.yaml:1", "a.yaml:6", "a.yaml:8"]);
    expect(message.split("\n")[0]).toBe("manifests in /m are wrong (3 problems):");
  });
});

describe("documents", () => {
  it("may be many, empty, or a comment", () => {
    const node = (name: string) => `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}}\n`;
    const { cluster, problems, places } = read(`# a\n---\n---\n${node("a")}---\n${node("b")}`);
    expect(problems).toEqual([]);
    expect(cluster.nodes.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(places.get("Node b")?.()).toEqual({ file: "a.yaml", line: 8 });
    expect(read("").problems).toEqual([]);
  });

  it("may be lists, of any kind or of one", () => {
    const items = [{ metadata: { name: "n1" } }, { metadata: { name: "N2" } }];
    const nodes = { apiVersion: "v1", kind: "NodeList", items };
    const list = { apiVersion: "v1", kind: "List", items: [nodes] };
    const manifests = read(JSON.stringify(list, null, 1), "a.json");
    expect(manifests.cluster.nodes.map(({ name }) => name)).toEqual(["n1"]);
    const [problem] = manifests.problems.map(problemLine);
    expect(problem).toMatch(/^a\.json:\d+: Node N2: metadata\.name: must be a DNS subdomain/);
  });

  it("in a large JSON file are found with their lines as in a small one", () => {
    const note = "x".repeat(1000);
    const nodes = Array.from({ length: 300 }, (_, index) => {
      const metadata = { name: index === 200 ? "N" : `n${index}`, annotations: { note } };
      return { apiVersion: "v1", kind: "Node", metadata };
    });
    const text = JSON.stringify({ kind: "List", items: [...nodes, nodes[0], "odd"] }, null, 1);
    const lines = (of: string) => text.split("\n").findIndex((line) => line.includes(of)) + 1;
    expect(problemsOf(text, "a.json")).toEqual([
      `a.json:${lines('"N"')}: Node N: metadata.name: must be a DNS subdomain, found "N"`,
      expect.stringContaining("Node n0: is written twice, first in a.json:4"),
      expect.stringContaining("object default/?: kind: missing"),
      expect.stringContaining("object default/?: apiVersion: missing"),
    ]);
    expect(problemsOf(text.slice(0, -1), "a.json")[0]).toContain("not YAML");
  });

  it("of other kinds are counted and passed over", () => {
    const text = "kind: Secret\n---\nkind: ConfigMap\n---\nkind: ConfigMap";
    const { ignoredKinds, problems } = read(text);
    expect(problems).toEqual([]);
    expect([...ignoredKinds]).toEqual([
      ["Secret", 1],
      ["ConfigMap", 2],
    ]);
  });
});
