import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerDocument, escapeText, listOf, members, type Tree, type TreeObject } from "./xml.ts";

/** The slow twin: one text, put together from the inside out. */
function plainElement(name: string, tree: Tree): string {
  if (tree === undefined) return "";
  const content = plainContent(tree);
  const isEmpty = tree === "" || (Array.isArray(tree) && tree.length === 0);
  return isEmpty ? `<${name}/>` : `<${name}>${content}</${name}>`;
}

function plainContent(tree: Tree): string {
  if (Array.isArray(tree)) return tree.map((item) => plainElement("item", item)).join("");
  if (typeof tree !== "object") return escapeText(String(tree));
  const entries = Object.entries(tree as TreeObject);
  return entries.map(([name, member]) => plainElement(name, member)).join("");
}

const name = fc.constantFrom("id", "set", "description", "tagSet");
const text = fc.oneof(
  { arbitrary: fc.string({ unit: "binary", maxLength: 20 }), weight: 8 },
  // Longer than what is turned into bytes at once.
  { arbitrary: fc.constantFrom("é".repeat(9000), "<".repeat(9000), "😀".repeat(9000)), weight: 1 },
);
const tree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 2 },
    text,
    fc.integer(),
    fc.boolean(),
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(name, fc.option(tie("tree"), { nil: undefined }), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
  ),
})).tree;

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

  it("is the same text in pieces as in one, whether its lists are made at once or on the way", () => {
    fc.assert(
      fc.property(fc.dictionary(name, tree, { noNullPrototype: true }), (answer) => {
        const lazy = Object.entries(answer).map(([key, value]) => [
          key,
          Array.isArray(value) ? listOf(value as Tree[], (item) => item) : value,
        ]);
        const document = answerDocument("DescribeVpcs", "r-1", answer);
        const again = answerDocument("DescribeVpcs", "r-1", Object.fromEntries(lazy));
        const body = plainContent({ requestId: "r-1", ...answer });
        expect(String(again)).toBe(String(document));
        expect(String(document)).toBe(
          '<?xml version="1.0" encoding="UTF-8"?>\n' +
            '<DescribeVpcsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">' +
            `${body}</DescribeVpcsResponse>`,
        );
      }),
      { numRuns: 60 },
    );
  });

  it("carries no character that XML forbids", () => {
    expect(members({ a: '<&>"\r\n\u0001\ufffe' })).toBe(
      "<a>&lt;&amp;&gt;&quot;&#13;\n\ufffd\ufffd</a>",
    );
  });
});
