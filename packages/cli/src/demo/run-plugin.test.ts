import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type PluginCall, runPlugin } from "./run-plugin.ts";

const folder = mkdtempSync(join(tmpdir(), "plugin-"));
afterAll(() => rmSync(folder, { recursive: true }));

const pod = { namespace: "shop", name: "api", uid: "u-1", nodeName: "n1" };
const never = new AbortController().signal;

function call(script: string): PluginCall {
  const file = join(folder, "plugin");
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  const config = { type: "plugin", cniVersion: "1.0.0", name: "net" };
  return {
    command: "ADD",
    pod,
    containerId: "c1",
    netns: "/ns",
    folder,
    config,
    path: "/bin:/usr/bin",
  };
}

describe("a plugin", () => {
  it("gets variables and configuration, and gives its result", async () => {
    const script = `printf '{"args":"%s","if":"%s","in":%s}' "$CNI_ARGS" "$CNI_IFNAME" "$(cat)"`;
    expect(await runPlugin(call(script), never)).toEqual({
      args: "IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=api;K8S_POD_INFRA_CONTAINER_ID=c1;K8S_POD_UID=u-1",
      if: "eth0",
      in: { type: "plugin", cniVersion: "1.0.0", name: "net" },
    });
  });

  it("that wants to be asked again says so with code 11", async () => {
    const script = `echo '{"code":11,"msg":"wait","details":"no policy-service"}'; exit 1`;
    await expect(runPlugin(call(script), never)).rejects.toMatchObject({
      code: "NOT_READY",
      message: "CNI ADD of shop/api failed with code 11: wait: no policy-service",
      facts: { cniCode: "11" },
    });
  });

  it("that says nothing is quoted from standard error", async () => {
    await expect(runPlugin(call("echo boom >&2; exit 3"), never)).rejects.toThrow(
      "CNI ADD of shop/api failed with code ?: boom",
    );
  });

  it("is ended when the user wants to end", async () => {
    const abort = new AbortController();
    const running = runPlugin(call("exec sleep 30"), abort.signal);
    abort.abort();
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
  });
});
