import { AttachmentKind, Pod } from "@trunkline/proto/node";
import { expect, it } from "vitest";
import { podLines, podView, sortPods } from "./pods.ts";

const branch = Pod.fromPartial({
  namespace: "shop",
  name: "api",
  kind: AttachmentKind.ATTACHMENT_KIND_BRANCH,
  eniId: "eni-1",
  vlanId: 7,
  ipv4Address: "10.0.1.4",
  groupIds: ["sg-app", "sg-mon"],
  mode: "strict",
  state: "ready",
});
const ordinary = Pod.fromPartial({
  namespace: "shop",
  name: "web",
  kind: AttachmentKind.ATTACHMENT_KIND_ORDINARY,
  eniId: "eni-n1",
  ipv4Address: "10.0.1.5",
  groupIds: ["sg-node"],
  state: "ready",
});

it("a table of pods shows what each one has, and a dash where an ordinary pod has nothing", () => {
  const pods = sortPods([podView(ordinary, "n1"), podView(branch, "n2")]);
  expect(podLines(pods)).toEqual([
    "POD       NODE  INTERFACE  VLAN  ADDRESS   GROUPS         MODE",
    "shop/api  n2    eni-1      7     10.0.1.4  sg-app,sg-mon  strict",
    "shop/web  n1    eni-n1     -     10.0.1.5  sg-node        -",
  ]);
});

it("a pod as JSON leaves out what an ordinary pod does not have", () => {
  expect(podView(ordinary, "n1")).toEqual({
    pod: "shop/web",
    node: "n1",
    kind: "ordinary",
    eniId: "eni-n1",
    address: "10.0.1.5",
    groups: ["sg-node"],
    state: "ready",
  });
});
