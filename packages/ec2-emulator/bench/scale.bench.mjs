// Speed and size of the emulator, and the same calls on moto's server in the same run.
//
//   npx turbo run build --filter=@trunkline/ec2-emulator
//   node packages/ec2-emulator/bench/scale.bench.mjs [--json] [--gate]
//
// Servers are processes of their own, asked by clients that only count bytes. Rates are calls for
// each second of the server's processor time (all its threads), read from /proc: that is "on one
// core" and stays true on a busy machine, where seconds of the clock are only for orientation.
// Memory is the peak of the resident set (VmHWM) of a server without any flag for its heap, load
// of the account included.
// moto answers a call in milliseconds and pages no interfaces, so it is measured at 1,000 of them.
// --gate ends with code 1 when a target is missed. It needs about two minutes of processor time
// and gives up after twenty minutes.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { largeAccount, SIZES } from "./large-account.mjs";
import { measureReads } from "./large-reads.mjs";
import { measureWrites } from "./large-writes.mjs";
import { printTables } from "./print-tables.mjs";
import { startEmulator, startMoto } from "./servers.mjs";
import { targetsOf } from "./targets.mjs";
import { Connection, textOf } from "./wire-client.mjs";

const IN_FLIGHT = 8;
/** Calls of each kind before the measured ones: V8 compiles a path after some thousands. */
const OURS = { warm: 2000, measured: 5000, reads: 100 };
const THEIRS = { warm: 50, measured: 950, reads: 6 };

/** Longest that a run may take on a machine that does other things as well, milliseconds. */
const RUN_MS_MAX = 1_200_000;

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
    p95Ms: timesMs[Math.floor(count * 0.95)],
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

/** The large account in a server of its own: reads, then writes. */
async function atFullSize(dir) {
  const account = join(dir, "account.json");
  await writeFile(account, JSON.stringify(largeAccount()));
  const startMs = performance.now();
  const server = await startEmulator(await writeConfig(dir, { account }));
  const loadSec = (performance.now() - startMs) / 1000;
  const loadCpuSec = server.cpuSec();
  const loaded = server.memoryMib();
  const connections = Array.from({ length: IN_FLIGHT }, () => new Connection(server.endpoint));
  const reads = await measureReads(server, connections[0], measure);
  const writes = await measureWrites(server, connections, measure);
  const used = server.memoryMib();
  for (const connection of connections) connection.close();
  await server.stop();
  return { sizes: SIZES, loadSec, loadCpuSec, loaded, used, reads, writes };
}

/** The same writes with a state directory, which is opened again afterwards. */
async function withState(dir) {
  const more = { account: join(dir, "account.json"), state: join(dir, "state") };
  const config = await writeConfig(dir, more);
  const server = await startEmulator(config);
  const connections = Array.from({ length: IN_FLIGHT }, () => new Connection(server.endpoint));
  const writes = await measureWrites(server, connections, measure);
  const used = server.memoryMib();
  for (const connection of connections) connection.close();
  await server.stop();
  const again = await startEmulator(config);
  const openCpuSec = again.cpuSec();
  const opened = again.memoryMib();
  await again.stop();
  return { writes, used, openCpuSec, opened };
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

// Nothing here waits for long on its own; a server that hangs must not hold the run.
setTimeout(() => process.exit(70), RUN_MS_MAX).unref();
const dir = await mkdtemp(join(tmpdir(), "ec2-bench-"));
try {
  const beside = await besideMoto(dir);
  const large = await atFullSize(dir);
  const state = await withState(dir);
  const measured = { beside, large, state, loads: loadavg() };
  const targets = targetsOf(measured);
  if (process.argv.includes("--json")) {
    process.stdout.write(`${JSON.stringify({ ...measured, targets })}\n`);
  } else printTables(measured, targets);
  if (process.argv.includes("--gate") && targets.some((one) => !one.isHeld)) process.exitCode = 1;
} finally {
  await rm(dir, { recursive: true, force: true });
}
