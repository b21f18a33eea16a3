import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CniCall, cni, cniFailure } from "../support/cni.ts";
import { eventually } from "../support/eventually.ts";
import { saysNoStack } from "../support/says-no-stack.ts";
import { groupId, instanceId } from "../support/world.ts";
import { type FaultStack, startFaultStack } from "./fault-stack.ts";
import { podNamed } from "./fault-world.ts";

let faults: FaultStack;
let objectsBefore: string[];
beforeAll(async () => {
  faults = await startFaultStack();
  objectsBefore = await faults.kernelObjects();
});
afterAll(() => faults?.[Symbol.asyncDispose]());

/** ADD that must fail with the code and the words, without stack, and must leave nothing. */
async function refused(
  podName: string,
  others: Partial<CniCall>,
  code: number,
  ...words: string[]
) {
  const before = await faults.stack.account.read();
  const error = await faults.refusedAdd(podName, others);
  expect(error).toMatchObject({ code });
  for (const word of words) expect(`${error.msg} ${error.details}`).toContain(word);
  saysNoStack(error.text);
  await faults.stack.nothingLeft(before);
  expect(await faults.kernelObjects()).toEqual(objectsBefore);
}

describe("the plugin", () => {
  it("names every variable that is missing (code 4)", async () => {
    const env = {
      CNI_CONTAINERID: undefined,
      CNI_NETNS: undefined,
      CNI_IFNAME: undefined,
      CNI_ARGS: undefined,
    };
    await refused(
      "n1-app-0",
      { env },
      4,
      "CNI_CONTAINERID is missing",
      "CNI_NETNS is missing",
      "CNI_IFNAME is missing",
      "K8S_POD_NAMESPACE is missing",
      "K8S_POD_NAME is missing",
    );
  });

  it("refuses a run without CNI_COMMAND, or with one that nobody knows (code 4)", async () => {
    await refused("n1-app-0", { env: { CNI_COMMAND: undefined } }, 4, "CNI_COMMAND is missing");
    await refused("n1-app-0", { env: { CNI_COMMAND: "FLY" } }, 4, '"FLY"');
  });

  it.each([
    ["no JSON", "{not json", "is not JSON"],
    ["nothing at all", "", "is empty"],
    ["a list", "[]", "is not a JSON object"],
  ])("refuses a configuration that is %s (code 6)", async (_what, stdin, words) => {
    await refused("n1-app-0", { stdin }, 6, words);
  });

  it("refuses a version that it does not speak, and says which it does (code 1)", async () => {
    await refused("n1-app-0", { config: { cniVersion: "9.0.0" } }, 1, "9.0.0", "1.1.0");
  });

  it("refuses a configuration without name (code 7)", async () => {
    await refused("n1-app-0", { config: { name: undefined } }, 7, "name is missing");
  });

  it("lets the pod wait when the daemon is not there (code 11)", async () => {
    await refused("n1-app-0", { socket: "/nonexistent/node.sock" }, 11, "/nonexistent/node.sock");
  });

  it("lets a pod wait that nobody knows yet (code 11)", async () => {
    const pod = { name: "nobody", nodeName: "n1" };
    await refused("n1-app-0", { pod }, 11, "shop/nobody");
  });

  it("refuses a pod that is bound to another node (code 100)", async () => {
    await refused("n2-app-0", {}, 100, "shop/n2-app-0", "n2");
  });

  it("refuses a pod that is bound to a node nobody knows (code 100)", async () => {
    await refused("elsewhere", {}, 100, "shop/elsewhere", "n9");
  });

  it("lets a pod wait whose policy names a group that does not exist (code 11)", async () => {
    await refused("lost", {}, 11, groupId("missing"));
  });

  it("succeeds at DEL of what it never made", async () => {
    await faults.remove("n1-app-0");
    await faults.remove("n1-app-0", { env: { CNI_NETNS: undefined } });
  });

  it("answers VERSION without a daemon", async () => {
    const ended = await cni({
      command: "VERSION",
      socket: "/nonexistent/node.sock",
      pod: podNamed("n1-app-0"),
    });
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.document).toMatchObject({
      supportedVersions: expect.arrayContaining(["0.4.0", "1.0.0", "1.1.0"]),
    });
  });

  it("is told when the type of its node is one that no table has", async () => {
    const { stack } = faults;
    const before = await stack.account.read();
    const failure = await stack.ipam.failure("EnsureTrunk", {
      nodeName: "odd",
      instanceId: instanceId("odd"),
    });
    expect(failure).toMatchObject({ status: "FAILED_PRECONDITION", reason: "UNSUPPORTED" });
    expect(failure.message).toContain("x99.large");
    saysNoStack(failure.message);
    await stack.nothingLeft(before);
    // The node's daemon starts all the same, and says why it takes no pods.
    await stack.start("node-daemon odd");
    const socket = stack.nodeAddress("odd").slice("unix:".length);
    const pod = { ...podNamed("n1-app-0"), nodeName: "odd" };
    const config = { cniVersion: "1.1.0" };
    const status = await eventually(async () => {
      const error = await cniFailure({ command: "STATUS", socket, pod, config });
      return error.msg.includes("x99.large") && error;
    });
    expect(status).toMatchObject({ code: 50 });
    const add = await cniFailure({ command: "ADD", socket, pod });
    expect(add).toMatchObject({ code: 11 });
    expect(add.msg).toContain("x99.large");
    saysNoStack(add.text);
    await stack.nothingLeft(before);
  });
});
