import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../support/child.ts";
import type { DynamicClient } from "../support/dynamic-client.ts";
import { SERVICES, type ServiceName, serviceDefinition } from "../support/protos.ts";
import { stack } from "./node-stack.ts";

/** Which test files speak of a service: their names begin with this. */
const FILE_PREFIXES: Readonly<Record<ServiceName, string>> = {
  "trunkline.ipam.v1.IpamService": "ipam",
  "trunkline.policy.v1.PolicyService": "policy",
  "trunkline.node.v1.NodeService": "node",
};

function clientOf(service: ServiceName): DynamicClient {
  switch (service) {
    case "trunkline.ipam.v1.IpamService":
      return stack.ipam;
    case "trunkline.policy.v1.PolicyService":
      return stack.policy;
    case "trunkline.node.v1.NodeService":
      return stack.node("n1");
  }
}

/** Methods that have a `describe` of their own in the service's contract tests. */
function testedMethods(service: ServiceName): Set<string> {
  const texts = readdirSync(import.meta.dirname)
    .filter((file) => file.startsWith(FILE_PREFIXES[service]) && /\.(test|suite)\.ts$/.test(file))
    .map((file) => readFileSync(resolve(import.meta.dirname, file), "utf8"))
    .join("\n");
  return new Set([...texts.matchAll(/^describe\("(\w+)"/gm)].map((match) => match[1] as string));
}

const status = readFileSync(resolve(ROOT, "docs/status.md"), "utf8");

describe.each(Object.keys(SERVICES) as ServiceName[])("%s", (service) => {
  const tested = testedMethods(service);
  const methods = Object.keys(serviceDefinition(service));
  const missing = methods.filter((method) => !tested.has(method));

  it("has no tests for methods that its .proto does not have", () => {
    expect([...tested].filter((method) => !methods.includes(method))).toEqual([]);
  });

  it.each(missing)("%s has no contract test, so it answers UNIMPLEMENTED", async (method) => {
    const failure = await clientOf(service).failure(method);
    expect(failure).toMatchObject({ status: "UNIMPLEMENTED", reason: "NOT_IMPLEMENTED" });
    expect(failure.message).toContain("docs/status.md");
  });

  it.each(missing)("%s is listed in docs/status.md", (method) => {
    const shortName = service.split(".").at(-1);
    expect(status).toMatch(new RegExp(`\\b(${shortName}\\W+)?${method}\\b`));
  });

  it.each([...tested])("%s is built, and docs/status.md does not say otherwise", async (method) => {
    // An empty request may be refused, but not with "not built yet".
    const answer = await clientOf(service)
      .failure(method)
      .catch(() => undefined);
    expect(answer?.status).not.toBe("UNIMPLEMENTED");
  });
});
