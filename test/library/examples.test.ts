import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, describe, expect, it } from "vitest";
import { ROOT, run } from "../support/child.ts";

const EXAMPLES = resolve(ROOT, "examples");
const FROM_SOURCES = ["--conditions=@trunkline/source", "--import", "tsx"];
const folder = mkdtempSync(join(tmpdir(), "examples-"));
// A browser that was told to end still writes its profile for a moment.
afterAll(() => rmSync(folder, { recursive: true, maxRetries: 20, retryDelay: 250 }));

const shop = (file: string) => join(EXAMPLES, "shop", file);
const kubernetes = ["cluster", "pods", "policies"].map((name) => shop(`kubernetes/${name}.yaml`));

function runExample(file: string, ...args: string[]) {
  const all = [...FROM_SOURCES, join(EXAMPLES, file), ...args];
  return run(process.execPath, { args: all, limitMs: 60_000 });
}

describe("the check in CI", () => {
  const junit = join(folder, "results.xml");
  const check = (ec2: string) =>
    runExample(
      "ci-check/check.mjs",
      ...kubernetes.flatMap((file) => ["--manifests", file]),
      ...["--ec2", ec2, "--assertions", join(EXAMPLES, "ci-check/assertions.yaml")],
      ...["--junit", junit],
    );

  it("passes while the shop is as it should be", async () => {
    const { code, stdout, stderr } = await check(shop("cloud.yaml"));
    expect(stderr).toBe("");
    expect(stdout.split("\n").filter((line) => line.startsWith("passed"))).toHaveLength(3);
    expect(code).toBe(0);
    expect(readFileSync(junit, "utf8")).toContain('tests="3" failures="0" errors="0"');
  });

  it("fails, and names the rule, when a change opens the database", async () => {
    const open = join(folder, "open.yaml");
    const before = readFileSync(shop("cloud.yaml"), "utf8");
    const lets = "UserIdGroupPairs: [{ GroupId: sg-app }]";
    expect(before).toContain(lets);
    writeFileSync(open, before.replace(lets, "IpRanges: [{ CidrIp: 10.0.0.0/8 }]"));
    const { code, stdout } = await check(open);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^failed {2}mustNotReach shop\/web.*tcp\/5432 from 10\.0\.0\.0\/8/m);
    expect(readFileSync(junit, "utf8")).toContain('failures="1"');
  });

  it("says what it could not read, with the file", async () => {
    const wrong = join(folder, "wrong.yaml");
    writeFileSync(wrong, "Vpcs: [{}]\n---\nSecurityGroups: 7\n");
    const { code, stderr } = await check(wrong);
    expect(code).toBe(65);
    expect(stderr).toContain(`${wrong}: Vpc ?: Vpcs[0].VpcId: missing`);
    expect(stderr).toContain(`${wrong}: SecurityGroups: must be a list, found 7`);
  });
});

describe("the admission webhook", () => {
  interface Review {
    readonly kind: string;
    readonly response: {
      readonly uid: string;
      readonly allowed: boolean;
      readonly patch: string;
      readonly status: { readonly message: string };
    };
  }
  const review = (labels: object) => ({
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    request: {
      uid: "u-1",
      kind: { group: "", version: "v1", kind: "Pod" },
      namespace: "shop",
      operation: "CREATE",
      object: {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { generateName: "api-7c9f-", labels },
        spec: { containers: [{ name: "api", image: "api" }] },
      },
    },
  });

  it("writes the groups of a pod into it, and refuses one whose groups do not exist", async () => {
    const lost = join(folder, "lost.yaml");
    const spec =
      "{podSelector: {matchLabels: {role: lost}}, securityGroups: {groupIds: [sg-gone]}}";
    const head = "apiVersion: vpcresources.k8s.aws/v1beta1\nkind: SecurityGroupPolicy\n";
    writeFileSync(lost, `${head}metadata: {name: lost, namespace: shop}\nspec: ${spec}\n`);
    const files = [...kubernetes, lost].flatMap((file) => ["--manifests", file]);
    const args = [...FROM_SOURCES, join(EXAMPLES, "admission/serve.mjs"), ...files];
    const child = spawn(process.execPath, [...args, "--ec2", shop("cloud.yaml"), "--port", "0"]);
    try {
      const port = await new Promise<string>((done, failed) => {
        child.stdout.once("data", (chunk) => done(/port=(\d+)/.exec(String(chunk))?.[1] ?? ""));
        child.once("exit", (code) => failed(new Error(`ended with ${code}`)));
      });
      const ask = async (body: object | string) => {
        const sent = typeof body === "string" ? body : JSON.stringify(body);
        const answer = await fetch(`http://127.0.0.1:${port}/admit`, {
          method: "POST",
          body: sent,
        });
        return { status: answer.status, body: (await answer.json()) as Review };
      };
      const { response, kind } = (await ask(review({ role: "api" }))).body;
      expect([kind, response.uid, response.allowed]).toEqual(["AdmissionReview", "u-1", true]);
      expect(JSON.parse(atob(response.patch))).toEqual([
        {
          op: "add",
          path: "/metadata/annotations",
          value: { "trunkline.dev/security-groups": "sg-app" },
        },
      ]);
      const plain = (await ask(review({ role: "none" }))).body;
      expect(plain.response).toEqual({ uid: "u-1", allowed: true });
      const refused = (await ask(review({ role: "lost" }))).body;
      expect(refused.response).toMatchObject({ allowed: false, status: { code: 403 } });
      expect(refused.response.status.message).toContain("groups that do not exist: sg-gone");
      expect(await ask("{")).toMatchObject({ status: 400 });
    } finally {
      child.kill();
    }
  });
});

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
};

/** Tells the server what the page has become, once it is drawn. */
const WITNESS = `<script type="module">
  const tell = () => {
    if (document.body.dataset.state !== "drawn") return;
    fetch("/seen", { method: "POST", body: document.documentElement.outerHTML });
  };
  new MutationObserver(tell).observe(document.body, { attributes: true });
  tell();
</script>`;

/** Serves static files to a page that may share memory with its workers, and waits for its word. */
async function serveFiles(root: string) {
  let sayDrawn: (html: string) => void;
  const drawn = new Promise<string>((resolved) => {
    sayDrawn = resolved;
  });
  const server = createServer(async (request, response) => {
    response.setHeader("cross-origin-opener-policy", "same-origin");
    response.setHeader("cross-origin-embedder-policy", "require-corp");
    if (request.url === "/seen") {
      sayDrawn(await text(request));
      return response.end();
    }
    const path = join(root, request.url === "/" ? "index.html" : (request.url ?? ""));
    if (!existsSync(path)) return response.writeHead(404).end();
    response.setHeader("content-type", types[extname(path)] ?? "text/plain");
    return response.end(readFileSync(path, "utf8") + (path.endsWith(".html") ? WITNESS : ""));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
  return { port, drawn, [Symbol.asyncDispose]: close };
}

describe.skipIf(!existsSync(CHROMIUM))("the page (skipped where there is no Chromium)", () => {
  it("draws the matrix, explains a flow and asks a worker, in a real browser", async () => {
    const page = mkdtempSync(join(folder, "page-"));
    const built = await runExample("browser/build.mjs", page);
    expect([built.code, built.stderr]).toEqual([0, ""]);
    await using server = await serveFiles(page);
    const browser = spawn(
      CHROMIUM,
      [
        ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        ...[`--user-data-dir=${join(folder, "profile")}`, `http://127.0.0.1:${server.port}/`],
      ],
      { stdio: "ignore" },
    );
    const ended = new Promise<string>((done) => browser.once("exit", () => done("it ended")));
    const html = await Promise.race([server.drawn, ended]);
    browser.kill();
    await ended;
    expect(html).toContain("shop/api to db1 tcp/5432: ALLOW");
    expect(html).toContain("sg-db ingress: OK, tcp/5432 from sg-app");
    expect(html).toMatch(/<svg.*shop\/api-2.*<\/svg>/s);
    const judged = /a worker judged \d+ flows over shared memory: (\d+) allowed, by WASM (\d+)/;
    const [, allowed, allowedByWasm] = judged.exec(html) ?? [];
    expect(Number(allowed)).toBeGreaterThan(0);
    expect(allowedByWasm).toBe(allowed);
  }, 120_000);
});
