import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, foreignEndpoint, makeInterface, openCloud } from "./support/cloud.ts";

// What no SDK would send, and what an SDK hides: the text on the wire.
describe.skipIf(foreignEndpoint !== undefined)("the wire", () => {
  let cloud: Cloud;
  beforeAll(async () => {
    cloud = await openCloud();
  });
  afterAll(() => cloud[Symbol.asyncDispose]());

  const post = (body: string, type = "application/x-www-form-urlencoded; charset=utf-8") =>
    fetch(cloud.endpoint, { method: "POST", body, headers: { "content-type": type } });

  it("answers in EC2's envelope with the request id in header and body", async () => {
    const response = await post("Version=2016-11-15&Action=DescribeNetworkInterfaces");
    const text = await response.text();
    const id = response.headers.get("x-amzn-requestid");
    expect(text.split("\n")[1]).toBe(
      '<DescribeNetworkInterfacesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">' +
        `<requestId>${id}</requestId><networkInterfaceSet/></DescribeNetworkInterfacesResponse>`,
    );
  });

  it("sends <return>true</return> where the model has no output", async () => {
    const eniId = await makeInterface(cloud);
    const response = await post(
      `Action=DeleteNetworkInterface&Version=2016-11-15&NetworkInterfaceId=${eniId}`,
    );
    expect(await response.text()).toContain("</requestId><return>true</return></Delete");
  });

  it("refuses in EC2's other envelope, with the capital ID", async () => {
    const response = await post("Action=Nonsense&Version=2016-11-15");
    const id = response.headers.get("x-amzn-requestid");
    expect(response.status).toBe(400);
    expect((await response.text()).split("\n")[1]).toBe(
      "<Response><Errors><Error><Code>InvalidAction</Code><Message>The action Nonsense is not " +
        `valid for this web service.</Message></Error></Errors><RequestID>${id}</RequestID>` +
        "</Response>",
    );
  });

  it.each([
    ["", "MissingAction"],
    ["Action=DescribeVpcs&Version=2001-01-01", "NoSuchVersion"],
    ["Action=DescribeVpcs&Version=2016-11-15&Colour=red", "UnknownParameter"],
    ["Action=DescribeVpcs&VpcId.x=vpc-1", "UnknownParameter"],
    ["Action=DescribeVpcs&VpcId=vpc-1", "InvalidParameterValue"],
    ["Action=DescribeVpcs&MaxResults=ten", "InvalidParameterValue"],
    ["Action=DescribeVpcs&DryRun=perhaps", "InvalidParameterValue"],
    ["Action=DescribeVpcs&Filter.1.Name=%zz", "MalformedQueryString"],
    ["Action=DescribeVpcs&Action=DescribeVpcs", "MalformedQueryString"],
    ["Action=DescribeVpcs&a..b=1", "MalformedQueryString"],
    [`Action=DescribeVpcs&${"a.".repeat(40)}b=1`, "MalformedQueryString"],
    [`Action=DescribeVpcs&${"Filter.1.Name=a&".repeat(30_000)}`, "MalformedQueryString"],
    ["Action=DescribeVpcs&Filter.1.Name=vpc-id", "MissingParameter"],
    [
      `Action=DescribeVpcs&${Array.from({ length: 51 }, (_, n) => `Filter.${n}.Name=vpc-id&Filter.${n}.Value.1=a`).join("&")}`,
      "FilterLimitExceeded",
    ],
  ])("refuses the body %.60s with %s", async (body, code) => {
    const response = await post(body);
    expect([response.status, /<Code>(.*?)<\/Code>/.exec(await response.text())?.[1]]).toEqual([
      400,
      code,
    ]);
  });

  it("refuses other content types and bodies that are too large", async () => {
    expect((await post("{}", "application/json")).status).toBe(400);
    expect((await post("a".repeat(3_000_000))).status).toBe(413);
    expect((await fetch(cloud.endpoint, { method: "PUT", body: "x" })).status).toBe(405);
  });

  it("takes a GET, numbers with gaps and out of order, and escapes what it sends", async () => {
    const eniId = await makeInterface(cloud, { Description: "<a&b>\"'\u0007" });
    const query = `Action=DescribeNetworkInterfaces&Filter.7.Value.9=x&Filter.7.Value.3=${eniId}&Filter.7.Name=network-interface-id`;
    const text = await (await fetch(`${cloud.endpoint}/?${query}`)).text();
    expect(text).toContain("<description>&lt;a&amp;b&gt;&quot;'\ufffd</description>");
  });
});
