import assert from "node:assert";
import { createHash, generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { ROOT, run, startProgram } from "./child.ts";
import { eventually } from "./eventually.ts";
import { type Tool, unfetched } from "./tools.ts";

const MODULE = resolve(import.meta.dirname, "control-plane");
/** Longest that fetching and compiling Kubernetes may take, milliseconds. */
const BUILD_MS_MAX = 1_500_000;
/** Longest from start to ready, milliseconds; seconds on an idle machine. */
const READY_MS_MAX = 60_000;
const TOKEN = "admin-of-the-test";

/** A real Kubernetes API server on the loopback, with etcd behind it and nothing else. */
export interface ControlPlane extends AsyncDisposable {
  /** File for KUBECONFIG; its user may do everything. */
  readonly kubeconfig: string;
  /** A certificate for 127.0.0.1, followed by that of its authority. */
  readonly certificateFile: string;
  /** The certificate's key. */
  readonly keyFile: string;
  /** Runs kubectl, fails unless it ends with 0, and returns what it printed. */
  kubectl(args: readonly string[], stdin?: string): Promise<string>;
}

/**
 * Builds kube-apiserver, kubectl and etcd of the versions in `control-plane/go.mod`, once for each
 * state of that file, into a folder that no commit sees.
 */
export async function controlPlanePrograms(): Promise<Tool> {
  const versions = createHash("sha256")
    .update(readFileSync(join(MODULE, "go.sum")))
    .digest("hex");
  const folder = resolve(ROOT, "node_modules/.cache/control-plane", versions.slice(0, 16));
  if (existsSync(join(folder, "kubectl"))) return { kind: "ready", path: folder };
  const refusal = unfetched("a Kubernetes API server");
  if (refusal !== undefined) return refusal;
  await mkdir(folder, { recursive: true });
  const built = await run("go", {
    args: ["-C", MODULE, "build", "-trimpath", "-ldflags", "-s -w", "-o", `${folder}/`, "tool"],
    env: { CGO_ENABLED: "0" },
    limitMs: BUILD_MS_MAX,
  });
  if (built.code === 0) return { kind: "ready", path: folder };
  return { kind: "missing", reason: `go build of Kubernetes failed: ${built.stderr.slice(-500)}` };
}

/**
 * Starts an API server that keeps what it is told in the folder `at`.
 *
 * No controller, scheduler or kubelet runs: who wants nodes, and pods on them, writes them.
 */
export async function startControlPlane(programs: string, at: string): Promise<ControlPlane> {
  const ports = await freePorts();
  await writeFile(join(at, "tokens.csv"), `${TOKEN},admin,1,system:masters\n`);
  await writeFile(join(at, "service-accounts.key"), newKey());
  const kubeconfig = join(at, "kubeconfig");
  const certificateFile = join(at, "apiserver.crt");
  await writeFile(kubeconfig, kubeconfigFor(ports.server, certificateFile));
  const etcd = startProgram(join(programs, "server"), { args: etcdArgs(at, ports) });
  const server = startProgram(join(programs, "kube-apiserver"), { args: serverArgs(at, ports) });
  const stop = async () => {
    await server[Symbol.asyncDispose]();
    await etcd[Symbol.asyncDispose]();
  };
  const kubectl = async (args: readonly string[], stdin = "") => {
    const options = { args: ["--kubeconfig", kubeconfig, ...args], stdin };
    const { code, stdout, stderr } = await run(join(programs, "kubectl"), options);
    if (code === 0) return stdout;
    throw new Error(`kubectl ${args.join(" ")}: ${stderr}`);
  };
  try {
    await eventually(async () => {
      const how = etcd.ended() ?? server.ended();
      if (how !== undefined) throw new Error(`ended with ${how.code}: ${how.stderr.slice(-800)}`);
      return (await kubectl(["get", "--raw", "/readyz"])) === "ok";
    }, READY_MS_MAX);
  } catch (error) {
    await stop();
    throw error;
  }
  const keyFile = join(at, "apiserver.key");
  return { kubeconfig, certificateFile, keyFile, kubectl, [Symbol.asyncDispose]: stop };
}

interface Ports {
  readonly client: number;
  readonly peer: number;
  readonly server: number;
}

function etcdArgs(at: string, { client, peer }: Ports): string[] {
  const [clientUrl, peerUrl] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`];
  return [
    `--data-dir=${join(at, "etcd")}`,
    `--listen-client-urls=${clientUrl}`,
    `--advertise-client-urls=${clientUrl}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
    "--unsafe-no-fsync",
  ];
}

// A certificate for 127.0.0.1 is made by the server itself, in `cert-dir`.
function serverArgs(at: string, { client, server }: Ports): string[] {
  const key = join(at, "service-accounts.key");
  return [
    `--etcd-servers=http://127.0.0.1:${client}`,
    `--cert-dir=${at}`,
    `--secure-port=${server}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    "--service-cluster-ip-range=10.96.0.0/24",
    "--authorization-mode=RBAC",
    `--token-auth-file=${join(at, "tokens.csv")}`,
    // Nothing makes the default service accounts that it would wait for.
    "--disable-admission-plugins=ServiceAccount",
    `--service-account-issuer=https://127.0.0.1:${server}/`,
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
  ];
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return privateKey.export({ type: "pkcs1", format: "pem" }).toString();
}

function kubeconfigFor(port: number, certificateFile: string): string {
  const cluster = { server: `https://127.0.0.1:${port}`, "certificate-authority": certificateFile };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    clusters: [{ name: "test", cluster }],
    users: [{ name: "admin", user: { token: TOKEN } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
  });
}

/** Ports that nobody listens on now; all are held until all are known, so they differ. */
async function freePorts(): Promise<Ports> {
  const servers = [createServer(), createServer(), createServer()];
  const listening = servers.map(async (server) => {
    await once(server.listen(0, "127.0.0.1"), "listening");
    const address = server.address();
    assert(typeof address === "object" && address !== null);
    return address.port;
  });
  const [client, peer, server] = await Promise.all(listening);
  for (const each of servers) each.close();
  return { client, peer, server };
}
