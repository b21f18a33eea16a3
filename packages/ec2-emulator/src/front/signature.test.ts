import { expect, it } from "vitest";
import { checkSignature } from "./signature.ts";

// The example of the IAM user guide, "Create a signed AWS API request": GET ListUsers, with the
// signature that the guide computes.
const request = {
  method: "GET",
  path: "/",
  query: "Action=ListUsers&Version=2010-05-08",
  headers: {
    "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    host: "iam.amazonaws.com",
    "x-amz-date": "20150830T123600Z",
    authorization:
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, " +
      "SignedHeaders=content-type;host;x-amz-date, " +
      "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
  },
  body: "",
};
const credentials = [
  { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" },
];
const nowMs = Date.parse("2015-08-30T12:40:00Z");

it("the documented example is let in, and nothing else of it", () => {
  checkSignature(request, credentials, nowMs);
  const changed = { ...request, query: `${request.query}&Path=/` };
  expect(() => checkSignature(changed, credentials, nowMs)).toThrow(/does not match/);
  expect(() => checkSignature(request, credentials, nowMs + 3_600_000)).toThrow(/expired/);
  expect(() => checkSignature(request, [], nowMs)).toThrow(/not able to validate/);
});
