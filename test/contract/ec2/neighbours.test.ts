import { describe, expect, it } from "vitest";
import { foreignEndpoint, launch, openCloud } from "./support/cloud.ts";

// The services that controllers ask besides EC2.
describe.skipIf(foreignEndpoint !== undefined)("instance metadata", () => {
  it("gives documents for a token, and the addresses of each interface", async () => {
    await using cloud = await openCloud();
    const instanceId = await launch(cloud);
    const base = `${cloud.endpoint}/_trunkline/metadata/${instanceId}/latest`;
    const ttl = { "x-aws-ec2-metadata-token-ttl-seconds": "60" };
    const token = await (await fetch(`${base}/api/token`, { method: "PUT", headers: ttl })).text();
    const get = async (path: string, headers = { "x-aws-ec2-metadata-token": token }) => {
      const response = await fetch(`${base}/${path}`, { headers });
      return { status: response.status, text: await response.text() };
    };
    expect(JSON.parse((await get("dynamic/instance-identity/document")).text)).toMatchObject({
      accountId: "111122223333",
      region: "us-west-2",
      instanceId,
    });
    const mac = (await get("meta-data/mac")).text;
    expect((await get("meta-data/network/interfaces/macs/")).text).toBe(`${mac}/`);
    const ofMac = `meta-data/network/interfaces/macs/${mac}`;
    expect((await get(`${ofMac}/subnet-ipv4-cidr-block`)).text).toBe("10.0.1.0/24");
    expect((await get(`${ofMac}/ipv4-prefix`)).status).toBe(404);
    const NetworkInterfaceId = (await get(`${ofMac}/interface-id`)).text;
    await cloud.ec2.assignPrivateIpAddresses({ NetworkInterfaceId, Ipv4PrefixCount: 1 });
    expect((await get(`${ofMac}/ipv4-prefix`)).text).toMatch(/\/28$/);
    expect((await fetch(`${base}/meta-data/mac`)).status).toBe(401);
    cloud.clock.advance(60_000);
    expect((await get("meta-data/mac")).status).toBe(401);
  });

  it("refuses tokens that live too long, and knows no other instance", async () => {
    await using cloud = await openCloud({ metadataInstance: "i-none" });
    const put = (sec: string) =>
      fetch(`${cloud.endpoint}/latest/api/token`, {
        method: "PUT",
        headers: { "x-aws-ec2-metadata-token-ttl-seconds": sec },
      });
    expect((await put("21601")).status).toBe(400);
    const token = await (await put("60")).text();
    const response = await fetch(`${cloud.endpoint}/latest/meta-data/mac`, {
      headers: { "x-aws-ec2-metadata-token": token },
    });
    expect(response.status).toBe(404);
  });
});

describe.skipIf(foreignEndpoint !== undefined)("STS and EKS", () => {
  it("say who calls, give roles, and describe the clusters that were configured", async () => {
    await using cloud = await openCloud({
      clusters: [{ name: "demo", endpoint: "https://127.0.0.1:6443" }],
    });
    const sts = async (query: string) => {
      const response = await fetch(`${cloud.endpoint}/?Version=2011-06-15&${query}`);
      return { status: response.status, text: await response.text() };
    };
    expect((await sts("Action=GetCallerIdentity")).text).toContain(
      "<Account>111122223333</Account>",
    );
    const role = "RoleArn=arn:aws:iam::111122223333:role/r&RoleSessionName=one";
    expect((await sts(`Action=AssumeRole&${role}`)).text).toContain(
      "<Arn>arn:aws:sts::111122223333:assumed-role/r/one</Arn>",
    );
    expect((await sts("Action=GetFederationToken")).status).toBe(400);
    const eks = async (name: string) => {
      const response = await fetch(`${cloud.endpoint}/clusters/${name}`);
      return { status: response.status, data: await response.json() };
    };
    expect(await eks("demo")).toMatchObject({
      status: 200,
      data: { cluster: { name: "demo", status: "ACTIVE", endpoint: "https://127.0.0.1:6443" } },
    });
    expect((await eks("other")).status).toBe(404);
  });
});
