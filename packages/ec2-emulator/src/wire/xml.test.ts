import { describe, expect, it } from "vitest";
import { answerDocument, members } from "./xml.ts";

describe("an answer", () => {
  it("shows empty lists, leaves out what is undefined, and nests items", () => {
    const text = members({
      none: undefined,
      empty: [],
      description: "",
      set: [{ key: "a", value: 1 }, "text"],
      flag: false,
    });
    expect(text).toBe(
      "<empty/><description/><set><item><key>a</key><value>1</value></item>" +
        "<item>text</item></set><flag>false</flag>",
    );
  });

  it("begins with the request id", () => {
    expect(answerDocument("DeleteVpc", "r-1", { return: true })).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<DeleteVpcResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">' +
        "<requestId>r-1</requestId><return>true</return></DeleteVpcResponse>",
    );
  });

  it("carries no character that XML forbids", () => {
    expect(members({ a: '<&>"\r\n\u0001\ufffe' })).toBe(
      "<a>&lt;&amp;&gt;&quot;&#13;\n\ufffd\ufffd</a>",
    );
  });
});
