import { describe, expect, it } from "vitest";
import { chooseTargets } from "./targets.ts";

const none = {
  policy: undefined,
  ipam: undefined,
  nodes: [],
  ec2: undefined,
  manifests: undefined,
  cloud: [],
};
const service = (address: string) => ({ kind: "service", address });
const system = {
  pid: 1,
  ec2: "http://x:1",
  policy: "kept:1",
  ipam: "kept:2",
  nodes: ["unix:/kept"],
};

describe("the services a command asks", () => {
  it("are those of the options, then of the environment, then of the demo that is up", () => {
    const env = { TRUNKLINE_POLICY: "env:1", TRUNKLINE_NODES: "unix:/a, unix:/b" };
    const options = { ...none, policy: "option:1" };
    expect(chooseTargets(options, env, () => system).policy()).toEqual(service("option:1"));
    expect(chooseTargets(none, env, () => system).policy()).toEqual(service("env:1"));
    expect(chooseTargets(none, env, () => system).nodes).toEqual(["unix:/a", "unix:/b"]);
    expect(chooseTargets(none, {}, () => system).policy()).toEqual(service("kept:1"));
    expect(chooseTargets(none, {}, () => system).nodes).toEqual(["unix:/kept"]);
  });

  it("are none where files stand in for them, whatever the environment says", () => {
    const files = { manifests: "k8s", cloud: ["account.json"] };
    const env = { TRUNKLINE_POLICY: "env:1", TRUNKLINE_IPAM: "env:2", TRUNKLINE_NODES: "unix:/a" };
    const targets = chooseTargets({ ...none, ...files }, env, () => system);
    expect(targets.policy()).toEqual({ kind: "files", files });
    expect(targets).toMatchObject({ files, ipam: undefined, nodes: [], ec2: undefined });
    const both = { ...none, ...files, policy: "option:1" };
    expect(() => chooseTargets(both, {}, () => undefined)).toThrow("named in one command");
  });

  it("are never of two systems at once", () => {
    const named = chooseTargets({ ...none, policy: "option:1" }, {}, () => system);
    expect(named).toMatchObject({ ipam: undefined, ec2: undefined, nodes: [] });
  });

  it("include an emulator: of the option, of AWS_ENDPOINT_URL, of the demo that is up", () => {
    const env = { AWS_ENDPOINT_URL: "http://env:2/" };
    const emulator = (ec2: string | undefined, variables: typeof env | object) =>
      chooseTargets({ ...none, ec2 }, { ...variables }, () => system).emulator();
    expect(emulator("http://option:3", env)).toBe("http://option:3");
    expect(emulator(undefined, env)).toBe("http://env:2");
    expect(emulator(undefined, {})).toBe("http://x:1");
    expect(() => emulator("127.0.0.1:8600", {})).toThrow("is not the URL of an EC2 API");
    expect(() => emulator("http://user:word@h:1", {})).toThrow("is not the URL of an EC2 API");
  });

  it("are never those of a demo beside an emulator that was named", () => {
    const targets = chooseTargets({ ...none, ec2: "http://option:3" }, {}, () => system);
    expect(targets).toMatchObject({ ipam: undefined, ec2: "http://option:3", nodes: [] });
  });

  it("are refused when nobody named any, with the ways to do so", () => {
    const targets = chooseTargets(none, {}, () => undefined);
    expect(() => targets.policy()).toThrow("no policy-service is named and no demo is running");
  });

  it("are refused when an address is not one", () => {
    expect(() => chooseTargets({ ...none, ipam: "nonsense" }, {}, () => undefined)).toThrow(
      '"nonsense" is not an address',
    );
  });
});
