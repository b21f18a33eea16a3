import { describe, expect, it } from "vitest";
import { failureOf, fromEc2Error } from "./ec2-errors.ts";

/** An error as the SDK throws it. */
function sdkError(name: string, message: string, status?: number, code?: string) {
  const error = Object.assign(new Error(message), code === undefined ? {} : { code });
  const $metadata = status === undefined ? {} : { httpStatusCode: status };
  return Object.assign(error, { name, $metadata });
}

describe("an EC2 error", () => {
  it.each([
    [
      "InvalidSecurityGroupID.NotFound",
      "The securityGroup ID 'sg-0a1' does not exist",
      "NOT_FOUND",
    ],
    ["InvalidParameterValue", "Interface 'eni-1' is currently in use.", "DRIFT"],
    [
      "InvalidParameterValue",
      "user 1 exceeded limit 5 on the number of interface security group memberships",
      "QUOTA",
    ],
    ["InvalidParameterValue", "something else", "UNSUPPORTED"],
    ["PrivateIpAddressLimitExceeded", "too many", "ADDRESS_EXHAUSTED"],
    ["IncorrectState", "trunk is not attached", "NOT_READY"],
  ])("%s (%s) is %s, and its outcome is known", (name, message, code) => {
    const error = fromEc2Error(sdkError(name, message, 400), { action: "CreateNetworkInterface" });
    expect(error.code).toBe(code);
    expect(error.message).toBe(`EC2 refused CreateNetworkInterface: ${name}: ${message}`);
    expect(failureOf(error).isOutcomeUnknown).toBe(false);
  });

  it("names what it is about", () => {
    const text = "The securityGroup ID 'sg-app-1' of eni-0ab on i-0cd is wrong (eni-attach-0ef)";
    const { facts } = fromEc2Error(sdkError("InvalidGroup.NotFound", text, 400), { action: "A" });
    expect(facts).toMatchObject({ groupId: "sg-app-1", eniId: "eni-0ab", instanceId: "i-0cd" });
  });

  it.each([
    ["a connection that was reset", sdkError("Error", "reset", undefined, "ECONNRESET"), true],
    ["an answer that did not come in time", sdkError("TimeoutError", "slow", undefined), true],
    ["an internal error", sdkError("InternalError", "oops", 500), true],
    ["a connection that was refused", sdkError("Error", "no", undefined, "ECONNREFUSED"), false],
    ["a refusal for rate", sdkError("RequestLimitExceeded", "slow down", 503), false],
  ])("after %s says whether EC2 may have done what was asked", (_what, error, isUnknown) => {
    const mapped = fromEc2Error(error, { action: "CreateNetworkInterface" });
    expect(failureOf(mapped).isOutcomeUnknown).toBe(isUnknown);
    expect(["NOT_READY", "THROTTLED"]).toContain(mapped.code);
  });

  it("that is none is a bug and stays what it is", () => {
    expect(() => fromEc2Error("text", { action: "A" })).toThrow("text");
  });
});
