import fc from "fast-check";
import { expect, it } from "vitest";
import { createLogTail } from "./log-tail.ts";
import { parseReadyLine } from "./ready-line.ts";

it("a tail keeps the last twenty lines, however the text was cut", () => {
  const text = fc.array(fc.stringMatching(/^[a-z]{0,5}$/), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(text, fc.infiniteStream(fc.integer({ min: 1, max: 7 })), (lines, sizes) => {
      const heard: string[] = [];
      const tail = createLogTail((line) => heard.push(line));
      let whole = `${lines.join("\n")}\n`;
      while (whole !== "") {
        const size = sizes.next().value;
        tail.add(whole.slice(0, size));
        whole = whole.slice(size);
      }
      expect(heard).toEqual(lines);
      expect(tail.lines()).toEqual(lines.slice(-20));
    }),
  );
});

it("a ready line gives the addresses of its own process only", () => {
  const line = "ipam-service ready grpc=127.0.0.1:7401 metrics=127.0.0.1:9";
  expect(parseReadyLine("ipam-service", line)).toEqual(
    new Map([
      ["grpc", "127.0.0.1:7401"],
      ["metrics", "127.0.0.1:9"],
    ]),
  );
  expect(parseReadyLine("policy-service", line)).toBeUndefined();
});
