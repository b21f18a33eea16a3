import { describe, expect, it } from "vitest";
import { assemble, parseFile } from "./assemble.ts";
import { explainFlattened } from "./flattened-policy.ts";

// Origin: the Fargate example of the EKS best-practices page as its text rendering shows it.
const flattened = `kind: SecurityGroupPolicy
  name: my-fargate-sg-policy
  namespace: my-fargate-namespace
      role: my-fargate-role
      - cluster_security_group_id
      - my_fargate_pod_security_group_id
`;

describe("a policy that lost its structure (R66)", () => {
  const { problems } = assemble([parseFile("a.yaml", `kind: Secret\n---\n${flattened}`)]);

  it("is refused with each missing key", () => {
    const subject = "SecurityGroupPolicy my-fargate-namespace/my-fargate-sg-policy";
    expect(problems.slice(0, -1)).toEqual(
      ["apiVersion", "metadata", "spec", "spec.podSelector", "spec.securityGroups.groupIds"].map(
        (path) => ({ file: "a.yaml", line: 3, subject, path, description: "missing" }),
      ),
    );
  });

  it("is shown as it may have been meant, and that applies cleanly", () => {
    const text = problems.at(-1)?.description.split("meant:\n")[1] ?? "";
    const mended = assemble([parseFile("b.yaml", text)]);
    expect(mended.problems).toEqual([]);
    expect(mended.cluster.policies).toEqual([
      {
        namespace: "my-fargate-namespace",
        name: "my-fargate-sg-policy",
        podSelector: { matchLabels: { role: "my-fargate-role" } },
        groupIds: ["cluster_security_group_id", "my_fargate_pod_security_group_id"],
      },
    ]);
  });

  it("is recognised when it is still YAML", () => {
    const { problems } = assemble([
      parseFile("a.yaml", "kind: SecurityGroupPolicy\nname: x\nrole: api"),
    ]);
    expect(problems.map(({ path }) => path)).toContain("spec.securityGroups.groupIds");
  });

  it("never becomes a policy for every pod", () => {
    const { problems = [] } = explainFlattened("kind: SecurityGroupPolicy\nname: x") ?? {};
    expect(problems.at(-1)?.description).toContain("REPLACE-ME: REPLACE-ME");
  });
});

describe("a policy with its structure", () => {
  it.each(["kind: Pod\nname: x", "kind: SecurityGroupPolicy\nmetadata:\n  name: x", "a"])(
    "is left alone: %j",
    (text) => expect(explainFlattened(text)).toBeUndefined(),
  );
});
