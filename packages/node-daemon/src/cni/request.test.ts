import { TrunklineError } from "@trunkline/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CniVerb, checkRequest } from "./request.ts";

const environment = {
  containerId: "c1",
  netns: "/run/netns/c1",
  ifName: "eth0",
  args: "IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=api;K8S_POD_UID=u-1",
};
const config = { cniVersion: "1.1.0", name: "net", type: "trunkline-cni" };

function check(verb: CniVerb, others: object = {}, keys: object = {}) {
  const text = JSON.stringify({ ...config, ...keys });
  return checkRequest(verb, { ...environment, ...others }, text);
}

function refusal(work: () => unknown): TrunklineError {
  try {
    work();
  } catch (error) {
    if (error instanceof TrunklineError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("a CNI request", () => {
  it("says which attachment, which pod, and what the runtime remembers", () => {
    const prevResult = { ips: [{ address: "10.0.0.4/32" }] };
    expect(check("CHECK", {}, { prevResult, socket: "/run/x.sock" })).toMatchObject({
      key: { network: "net", containerId: "c1", ifName: "eth0" },
      netns: "/run/netns/c1",
      pod: { namespace: "shop", name: "api", uid: "u-1" },
      config: { prevAddresses: ["10.0.0.4/32"], socket: "/run/x.sock" },
    });
  });

  it("for DEL needs neither namespace nor pod", () => {
    expect(check("DEL", { netns: "", args: "" }).key.containerId).toBe("c1");
  });

  it("for GC and STATUS needs no attachment", () => {
    const nothing = { containerId: "", netns: "", ifName: "", args: "" };
    expect(() => check("STATUS", nothing)).not.toThrow();
    const valid = [{ containerID: "c1", ifname: "eth0" }];
    const { validAttachments } = check("GC", nothing, {
      "cni.dev/valid-attachments": valid,
    }).config;
    expect(validAttachments).toEqual([{ containerId: "c1", ifName: "eth0" }]);
    expect(refusal(() => check("GC", nothing)).message).toContain("valid-attachments is missing");
  });

  it.each([
    ["-c1", "CNI_CONTAINERID"],
    ["c 1", "CNI_CONTAINERID"],
  ])("refuses the container id %s", (containerId, field) => {
    expect(refusal(() => check("ADD", { containerId })).problems[0]?.field).toBe(field);
  });

  it.each([".", "..", "a/b", "a:b", "a b", "a\tb", "sixteen-letters-x"])(
    "refuses the link name %j",
    (ifName) => {
      const error = refusal(() => check("DEL", { ifName }));
      expect(error).toMatchObject({ facts: { cniCode: "4" } });
      expect(error.problems[0]?.field).toBe("CNI_IFNAME");
    },
  );

  it.each([
    ["CHECK", "0.3.1", "0.4.0"],
    ["GC", "1.0.0", "1.1.0"],
    ["STATUS", "1.0.0", "1.1.0"],
  ] as const)("has no %s in version %s", (verb, cniVersion, first) => {
    const keys = { cniVersion, "cni.dev/valid-attachments": [] };
    const error = refusal(() => check(verb, {}, keys));
    expect(error.facts["cniCode"]).toBe("1");
    expect(error.message).toContain(`${first} is the first that has`);
  });

  it("carries the code of the gravest problem: environment, then JSON, version, keys", () => {
    const codeOf = (verb: CniVerb, others: object, keys: object) =>
      refusal(() => check(verb, others, keys)).facts["cniCode"];
    expect(codeOf("ADD", { ifName: "" }, { cniVersion: "9", name: "" })).toBe("4");
    expect(codeOf("ADD", {}, { cniVersion: "9", name: "" })).toBe("1");
    expect(codeOf("ADD", {}, { name: "" })).toBe("7");
    expect(refusal(() => checkRequest("ADD", environment, "{")).facts["cniCode"]).toBe("6");
  });

  it("never fails but with a typed error, whatever it is given", () => {
    const verbs = fc.constantFrom<CniVerb>("ADD", "DEL", "CHECK", "GC", "STATUS");
    const texts = fc.record({
      containerId: fc.string(),
      netns: fc.string(),
      ifName: fc.string(),
      args: fc.string(),
    });
    const input = fc.oneof(
      fc.json(),
      fc.string(),
      fc.object().map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(verbs, texts, input, (verb, env, text) => {
        try {
          checkRequest(verb, env, text);
        } catch (error) {
          expect(error).toBeInstanceOf(TrunklineError);
        }
      }),
    );
  });
});
