import { expect, it } from "vitest";
import { parseAddress } from "../net/address.ts";
import type { AddressEnd, AnyEnd } from "../paths/end.ts";
import type { Placing } from "../verdict/placing.ts";
import type { ClassMember } from "./end-class.ts";
import { KnownEnd } from "./known-end.ts";
import { markOf } from "./marks.ts";
import { type StepTemplate, stepTemplate } from "./step-template.ts";

const end: AddressEnd = {
  kind: "address",
  title: "192.0.2.1",
  asked: parseAddress("192.0.2.1"),
  notes: [],
};
const alone = { node: undefined, nodeAt: undefined, eniId: undefined, classNumber: 1 };
const member: ClassMember = { end, title: end.title, names: [end.title], ...alone };
const placing: Placing<AnyEnd> = {
  find: () => end,
  asSource: (placed) => placed,
  vpcOf: () => undefined,
};

function template(number: number): StepTemplate {
  const title = `${markOf("s", 0)} groups`;
  return stepTemplate({ number, title, outcome: "OK", text: `step ${number}`, rules: [] });
}

it("an end keeps six steps that were said of it, and says others anew in the same words", () => {
  const known = new KnownEnd(end, placing, () => member);
  const templates = Array.from({ length: 7 }, (_, at) => template(at + 1));
  const six = templates.slice(0, 6).map((one) => known.stepOf(one));
  expect(six[0].title).toBe("192.0.2.1 groups");
  for (const [at, step] of six.entries()) expect(known.stepOf(templates[at])).toBe(step);
  known.stepOf(templates[6]);
  const again = known.stepOf(templates[0]);
  expect(again).not.toBe(six[0]);
  expect(again).toEqual(six[0]);
});
