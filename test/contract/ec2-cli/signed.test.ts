import { systemClock } from "@trunkline/process";
import { describe, expect, it } from "vitest";
import { foreignEndpoint, openCloud } from "../ec2/support/cloud.ts";
import { aws, complaint, noCli } from "./aws.ts";

const isSkipped = noCli !== undefined || foreignEndpoint !== undefined;

describe.skipIf(isSkipped)("an emulator that was given keys", () => {
  it("lets the CLI in with the right one, and refuses others as EC2 does", async () => {
    const right = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI" };
    const wrong = { accessKeyId: "AKIDWRONG", secretAccessKey: "other" };
    await using cloud = await openCloud({ clock: systemClock, credentials: [right, wrong] });
    const command = "aws ec2 describe-vpcs --query 'Vpcs[].CidrBlock' --output text";
    const [signed, falsely, stranger] = await Promise.all([
      aws(cloud.endpoint, command),
      aws(cloud.endpoint, command, "AKIDWRONG"),
      aws(cloud.endpoint, command, "AKIDSTRANGER"),
    ]);
    expect(signed.stdout).toBe("10.0.0.0/16\n");
    expect(falsely.stderr).toContain("(SignatureDoesNotMatch)");
    expect(stranger.stderr).toContain("(AuthFailure)");
  });
});

describe.skipIf(isSkipped)("an endpoint that is down", () => {
  it("is what the CLI says, once there is nobody", async () => {
    const cloud = await openCloud();
    await cloud[Symbol.asyncDispose]();
    expect(await complaint(cloud.endpoint, "aws ec2 describe-vpcs --no-paginate")).toContain(
      "Could not connect to the endpoint URL",
    );
  }, 120_000);
});
