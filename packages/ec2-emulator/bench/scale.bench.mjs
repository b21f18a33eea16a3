// Speed and size of the emulator, and the same calls on moto's server in the same run.
//
//   npx turbo run build --filter=@trunkline/ec2-emulator
//   node packages/ec2-emulator/bench/scale.bench.mjs [--json] [--gate]
//
// Servers are processes of their own, asked by clients that only count bytes. Rates are calls for
// each second of the server's processor time (all its threads), read from /proc: that is "on one
// core" and stays true on a busy machine, where seconds of the clock are only for orientation.
// The large account is served with a limited heap, because V8 lets garbage lie as long as there is
// room; an emulator that needs more than the limit dies, and the run with it.
// moto answers a call in milliseconds and pages no interfaces, so it is measured at 1,000 of them.
// --gate ends with code 1 when a target is missed. It needs about 70 s of processor
// time, a minute on two idle cores, and gives up after six.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ids, largeAccount, SIZES } from "./large-account.mjs";
import { printTables } from "./print-tables.mjs";
import { startEmulator, startMoto } from "./servers.mjs";
import { Connection, textOf } from "./wire-client.mjs";

const IN_FLIGHT = 8;
/** Calls of each kind before the measured ones: V8 compiles a path after some thousands. */
const OURS = { warm: 2000, measured: 5000, reads: 100 };
const THEIRS = { warm: 50, measured: 950, reads: 6 };

/** Longest that a run may take on a machine that does other things as well, milliseconds. */
const RUN_MS_MAX = 360_000;
/** Heap of the emulator with the large account; with code and stacks it stays below 1 GiB. */
const LARGE_HEAP_MIB = 768;

/** Makes `count` calls with some in flight; what they cost. */
async function measure(server, connections, count, call) {
  const [startMs, startCpuSec] = [performance.now(), server.cpuSec()];
  const timesMs = [];
  let next = 0;
  const worker = async (connection) => {
    for (let n = next++; n < count; n = next++) {
      const atMs = performance.now();
      await call(connection, n);
      timesMs.push(performance.now() - atMs);
    }
  };
  await Promise.all(connections.map(worker));
  const cpuSec = server.cpuSec() - startCpuSec;
  timesMs.sort((a, b) => a - b);
  return {
    count,
    perCpuSec: count / cpuSec,
    cpuMsEach: (cpuSec * 1000) / count,
    perSec: (count * 1000) / (performance.now() - startMs),
    p50Ms: timesMs[Math.floor(count * 0.5)],
    p99Ms: timesMs[Math.floor(count * 0.99)],
  };
}

/** The calls that both servers are asked, on an account of their own. */
async function sameCalls(server, sizes) {
  const connections = Array.from({ length: IN_FLIGHT }, () => new Connection(server.endpoint));
  const [first] = connections;
  const vpc = await first.call("CreateVpc", { CidrBlock: "10.0.0.0/16" });
  const VpcId = textOf(vpc, "vpcId");
  const subnet = await first.call("CreateSubnet", { VpcId, CidrBlock: "10.0.0.0/17" });
  const SubnetId = textOf(subnet, "subnetId");
  const groups = await makeGroups(first, VpcId, (sizes.warm + sizes.measured) / 50);
  const enis = [];
  const create = async (connection) => {
    const made = await connection.call("CreateNetworkInterface", { SubnetId });
    enis.push(textOf(made, "networkInterfaceId"));
  };
  const rule = (n) => ({
    GroupId: groups[Math.floor(n / 50)],
    "IpPermissions.1.IpProtocol": "tcp",
    "IpPermissions.1.FromPort": String(1000 + (n % 50)),
    "IpPermissions.1.ToPort": String(1000 + (n % 50)),
    "IpPermissions.1.IpRanges.1.CidrIp": "10.0.0.0/8",
  });
  const run = async (action, offset, count, call) => ({
    action,
    ...(await measure(server, connections, count, (connection, n) => call(connection, n + offset))),
  });
  const authorize = (connection, n) => connection.call("AuthorizeSecurityGroupIngress", rule(n));
  const revoke = (connection, n) => connection.call("RevokeSecurityGroupIngress", rule(n));
  await run("warm", 0, sizes.warm, create);
  const created = await run("CreateNetworkInterface", 0, sizes.measured, create);
  const described = await describeThousand(run, { sizes, enis, SubnetId });
  const remove = (connection, n) =>
    connection.call("DeleteNetworkInterface", { NetworkInterfaceId: enis[n] });
  await run("warm", 0, sizes.warm, remove);
  const deleted = await run("DeleteNetworkInterface", sizes.warm, sizes.measured, remove);
  await run("warm", 0, sizes.warm, authorize);
  const authorized = await run(
    "AuthorizeSecurityGroupIngress",
    sizes.warm,
    sizes.measured,
    authorize,
  );
  await run("warm", 0, sizes.warm, revoke);
  const revoked = await run("RevokeSecurityGroupIngress", sizes.warm, sizes.measured, revoke);
  for (const connection of connections) connection.close();
  return [created, deleted, authorized, revoked, ...described];
}

async function makeGroups(connection, VpcId, count) {
  const groups = [];
  for (let n = 0; n < count; n++) {
    const made = await connection.call("CreateSecurityGroup", {
      GroupName: `group-${n}`,
      GroupDescription: "of the benchmark",
      VpcId,
    });
    groups.push(textOf(made, "groupId"));
  }
  return groups;
}

/** Reads at the size that moto is measured at: its whole account is one page of 1,000. */
async function describeThousand(run, { sizes, enis }) {
  const names = (from) =>
    Object.fromEntries(
      enis.slice(from, from + 1000).map((id, i) => [`NetworkInterfaceId.${i + 1}`, id]),
    );
  const thousand = names(0);
  const all = (connection) => connection.call("DescribeNetworkInterfaces", thousand);
  const one = (connection, n) =>
    connection.call("DescribeNetworkInterfaces", {
      "NetworkInterfaceId.1": enis[n % enis.length],
    });
  await run("warm", 0, Math.ceil(sizes.reads / 4), all);
  return [
    await run("DescribeNetworkInterfaces, 1,000 by id", 0, sizes.reads, all),
    await run("DescribeNetworkInterfaces, one by id", 0, sizes.reads * 5, one),
  ];
}

const filter = (name, value) => ({ "Filter.1.Name": name, "Filter.1.Value.1": value });
const page = { MaxResults: "1000" };

/** Reads of the large account: action, parameters, and what the name says of them. */
function largeReads(deepToken) {
  const enis = "DescribeNetworkInterfaces";
  return [
    ["page of 1,000", enis, page],
    ["page of 1,000, the 90th", enis, { ...page, NextToken: deepToken }],
    ["one by id", enis, { "NetworkInterfaceId.1": ids.eni(77_777) }],
    ["by group (80)", enis, filter("group-id", ids.group(7))],
    ["by trunk's tag (100)", enis, filter("tag:vpcresources.k8s.aws/trunk-eni-id", ids.trunk(7))],
    ["by instance (1)", enis, filter("attachment.instance-id", ids.instance(7))],
    ["by address (1)", enis, filter("private-ip-address", "10.0.1.7")],
    ["by subnet, page of 1,000", enis, { ...page, ...filter("subnet-id", "subnet-3") }],
    ["status=available, page of 1,000", enis, { ...page, ...filter("status", "available") }],
    [
      "page of 5, description that none has",
      enis,
      { ...filter("description", "x"), MaxResults: "5" },
    ],
    ["group by id, 61 rules", "DescribeSecurityGroups", { "GroupId.1": ids.group(9) }],
    ["page of 100 groups", "DescribeSecurityGroups", { MaxResults: "100" }],
    ["rules by group (61)", "DescribeSecurityGroupRules", filter("group-id", ids.group(9))],
    [
      "groups that name a group (60)",
      "DescribeSecurityGroups",
      filter("ip-permission.group-id", ids.group(9)),
    ],
  ];
}

async function atFullSize(dir) {
  const account = join(dir, "account.json");
  await writeFile(account, JSON.stringify(largeAccount()));
  const startMs = performance.now();
  const limit = `--max-old-space-size=${LARGE_HEAP_MIB}`;
  const server = await startEmulator(await writeConfig(dir, { account }), [limit]);
  const loadSec = (performance.now() - startMs) / 1000;
  const loadCpuSec = server.cpuSec();
  const loaded = server.memoryMib();
  const connection = new Connection(server.endpoint);
  const reads = [];
  for (const [name, action, parameters] of largeReads(await deepToken(connection))) {
    const call = (to) => to.call(action, parameters);
    await measure(server, [connection], 10, call);
    reads.push({ name, ...(await measure(server, [connection], 40, call)) });
  }
  const create = (to) => to.call("CreateNetworkInterface", { SubnetId: "subnet-7" });
  await measure(server, [connection], 500, create);
  const created = { name: "create", ...(await measure(server, [connection], 3000, create)) };
  const used = server.memoryMib();
  connection.close();
  await server.stop();
  return { sizes: SIZES, loadSec, loadCpuSec, loaded, used, reads, created };
}

async function deepToken(connection) {
  let token = "";
  for (let n = 0; n < 90; n++) {
    const asked = { ...page, ...(token !== "" && { NextToken: token }) };
    token = textOf(await connection.call("DescribeNetworkInterfaces", asked), "nextToken");
  }
  return token;
}

async function writeConfig(dir, more) {
  const path = join(dir, "config.yaml");
  const quotas = { interfaces: 1_000_000, groups: 10_000, rulesPerGroup: 1000 };
  const config = { listen: "127.0.0.1:0", logLevel: "silent", quotas, ...more };
  await writeFile(path, JSON.stringify(config));
  return path;
}

/** Both servers, one after the other, so that they do not share a processor. */
async function besideMoto(dir) {
  const emulator = await startEmulator(await writeConfig(dir, {}));
  const ours = await sameCalls(emulator, OURS);
  await emulator.stop();
  const moto = await startMoto();
  const theirs = moto === undefined ? [] : await sameCalls(moto, THEIRS);
  await moto?.stop();
  return ours.map((row) => {
    const other = theirs.find(({ action }) => action === row.action);
    const ratio = other === undefined ? undefined : row.perCpuSec / other.perCpuSec;
    return { action: row.action, ours: row, moto: other, ratio };
  });
}

function targetsOf(beside, large) {
  const read = (name) => large.reads.find((row) => row.name === name);
  const rate = (action) => beside.find((row) => row.action === action).ours.perCpuSec;
  const list = [
    ...["CreateNetworkInterface", "DeleteNetworkInterface"].map((action) => [
      action,
      rate(action),
      2000,
      "calls/s of one core",
    ]),
    ...["AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"].map((action) => [
      action,
      rate(action),
      2000,
      "calls/s of one core",
    ]),
    ["CreateNetworkInterface at 100k", large.created.perCpuSec, 2000, "calls/s of one core"],
  ].map(([text, value, min, unit]) => ({
    text,
    value,
    bound: `at least ${min} ${unit}`,
    isHeld: value >= min,
  }));
  const most = [
    ["page of 1,000 at 100k", read("page of 1,000").cpuMsEach, 30, "ms of processor"],
    [
      "90th page of 1,000 at 100k",
      read("page of 1,000, the 90th").cpuMsEach,
      30,
      "ms of processor",
    ],
    ["resident at the peak", large.used.peak, 1024, "MiB"],
  ].map(([text, value, max, unit]) => ({
    text,
    value,
    bound: `at most ${max} ${unit}`,
    isHeld: value <= max,
  }));
  return [...list, ...most];
}

// Nothing here waits for long on its own; a server that hangs must not hold the run.
setTimeout(() => process.exit(70), RUN_MS_MAX).unref();
const dir = await mkdtemp(join(tmpdir(), "ec2-bench-"));
try {
  const beside = await besideMoto(dir);
  const large = await atFullSize(dir);
  const targets = targetsOf(beside, large);
  if (process.argv.includes("--json")) {
    process.stdout.write(`${JSON.stringify({ beside, large, targets })}\n`);
  } else printTables(beside, large, targets);
  if (process.argv.includes("--gate") && targets.some((one) => !one.isHeld)) process.exitCode = 1;
} finally {
  await rm(dir, { recursive: true, force: true });
}
