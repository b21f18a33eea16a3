import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { manifestPodUid } from "./pod-uid.ts";
import { sha1 } from "./sha1.ts";

function hex(text: string): string {
  const words = sha1(Uint8Array.from(text, (character) => character.charCodeAt(0)));
  return [...words].map((word) => word.toString(16).padStart(8, "0")).join("");
}

describe("sha1", () => {
  // Source: RFC 3174, section 7.3, and FIPS 180-1, appendices.
  it.each([
    ["", "da39a3ee5e6b4b0d3255bfef95601890afd80709"],
    ["abc", "a9993e364706816aba3e25717850c26c9cd0d89d"],
    [
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
    ],
    ["a".repeat(1_000_000), "34aa973cd4c4daa4f61eeb2bdbad27316534016f"],
    ["01234567".repeat(80), "dea356a2cddd90c7a7ecedc5ebb563934f460452"],
  ])("of the published examples is the published digest", (text, digest) => {
    expect(hex(text)).toBe(digest);
  });
});

describe("the uid of a pod that states none", () => {
  it("is the same wherever it is asked, and a UUID of version 5", () => {
    // Python: uuid.uuid5(uuid.UUID("6f9b3f6e-5d0c-5b7e-9a51-7c1f0a5d2e44"), "shop/api").
    expect(manifestPodUid("shop", "api")).toBe("04f8cb5a-5f85-5370-9f89-f89ad6fa61e3");
    const uuid5 = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "é", "한", "😀", "\ud800") }), (name) => {
        expect(manifestPodUid("shop", name)).toMatch(uuid5);
      }),
    );
  });

  it("differs between pods", () => {
    expect(manifestPodUid("shop", "api")).not.toBe(manifestPodUid("shop", "web"));
  });
});
