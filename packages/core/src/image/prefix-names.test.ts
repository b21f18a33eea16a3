import fc from "fast-check";
import { expect, it } from "vitest";
import { formatCidr, tryParseCidr } from "../net/cidr.ts";
import { formatIpv4 } from "../net/ipv4.ts";
import { PrefixNames } from "./prefix-names.ts";

const length = fc.oneof(
  fc.integer({ min: 0, max: 40 }).map(String),
  fc.constantFrom("", "08", "00", "032", "+8", "8 ", "1e1", "-1", "8/8"),
);
const cidr4 = fc.tuple(fc.integer(), length).map(([ip, bits]) => `${formatIpv4(ip)}/${bits}`);
const cidr6 = fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 130 })).map((parts) => parts.join("/"));
const text = fc.oneof(cidr4, cidr6, fc.string({ maxLength: 20 }), fc.ipV4());

it("a text has the id of its block, and none when it is no CIDR", () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 40 }), (texts) => {
      const names = new PrefixNames();
      const blocks = new Map<string, number>();
      for (const one of [...texts, ...texts]) {
        const cidr = tryParseCidr(one);
        const id = names.idOf(one);
        expect(id >= 0).toBe(cidr !== undefined);
        if (cidr === undefined) continue;
        const block = formatCidr(cidr);
        expect(blocks.get(block) ?? id).toBe(id);
        blocks.set(block, id);
        const block4 =
          cidr.family === 4 ? { base: cidr.base, length: cidr.prefixLength } : undefined;
        expect(names.block4Of(id)).toEqual(block4);
      }
      expect(new Set(blocks.values()).size).toBe(blocks.size);
    }),
    { seed: 31 },
  );
});
