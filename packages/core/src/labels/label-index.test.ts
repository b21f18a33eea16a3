import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../clock.ts";
import { hostilePod, hostileSource, namespacedSelector } from "./hostile-labels.test-support.ts";
import {
  LabelIndex,
  type LabelledPod,
  type LabelMatches,
  MAX_INDEXED_PODS,
  MAX_INDEXED_SELECTORS,
  type NamespacedSelector,
  openMatches,
} from "./label-index.ts";
import { matchesSelector } from "./selector.ts";

function oracle(pod: LabelledPod | undefined, one: NamespacedSelector | undefined): boolean {
  if (pod === undefined || one === undefined) return false;
  if (one.namespace !== undefined && one.namespace !== pod.namespace) return false;
  return matchesSelector(one.selector, pod.labels);
}

type Slots<T> = readonly (T | undefined)[];

/** Every way to ask must give what the oracle says. */
function expectOracle(
  matches: LabelMatches,
  pods: Slots<LabelledPod>,
  selectors: Slots<NamespacedSelector>,
): void {
  for (const [p, pod] of pods.entries()) {
    const expected = [...selectors.keys()].filter((s) => oracle(pod, selectors[s]));
    expect(matches.selectorsOf(p)).toEqual(expected);
    for (const s of selectors.keys()) expect(matches.holds(p, s)).toBe(expected.includes(s));
  }
  for (const [s, selector] of selectors.entries()) {
    const bits = matches.podsOf(s);
    for (const [p, pod] of pods.entries()) {
      expect((bits[p >>> 5] >>> (p & 31)) & 1).toBe(oracle(pod, selector) ? 1 : 0);
    }
  }
}

/** Equal bytes; spares the assertion library a look at each of them. */
function sameBytes(a: ArrayBuffer, b: ArrayBuffer): boolean {
  const [x, y] = [new Int32Array(a), new Int32Array(b)];
  return x.length === y.length && x.every((word, i) => word === y[i]);
}

/** The index that has never seen anything but these. */
function fresh(pods: Slots<LabelledPod>, selectors: Slots<NamespacedSelector>): LabelIndex {
  const index = new LabelIndex();
  for (const [id, one] of selectors.entries()) if (one) index.setSelector(id, one);
  for (const [id, pod] of pods.entries()) if (pod) index.setPod(id, pod);
  return index;
}

describe("a label index", () => {
  it("answers as matchesSelector does, saved and opened too", () => {
    fc.assert(
      fc.property(
        fc.array(hostilePod, { maxLength: 40 }),
        fc.array(namespacedSelector, { maxLength: 40 }),
        (pods, selectors) => {
          const index = new LabelIndex(pods, selectors);
          expectOracle(index, pods, selectors);
          expectOracle(openMatches(index.save()), pods, selectors);
        },
      ),
    );
  });

  it("learns selectors after pods as well as before", () => {
    fc.assert(
      fc.property(
        fc.array(hostilePod, { maxLength: 20 }),
        fc.array(namespacedSelector, { maxLength: 20 }),
        (pods, selectors) => {
          const index = new LabelIndex(pods);
          for (const [id, one] of selectors.entries()) index.setSelector(id, one);
          expectOracle(index, pods, selectors);
          expect(sameBytes(index.save(), new LabelIndex(pods, selectors).save())).toBe(true);
        },
      ),
    );
  });

  it.each([1, 2, 3])(
    "SEED=%i: after each of 10^4 edits equals a fresh build",
    (seed) => {
      const random = seededRandom(seed);
      const source = hostileSource(random);
      const pods: (LabelledPod | undefined)[] = [];
      const selectors: (NamespacedSelector | undefined)[] = [];
      const index = new LabelIndex();
      for (let edit = 1; edit <= 10_000; edit++) {
        const [pod, selector] = [Math.floor(random() * 70), Math.floor(random() * 140)];
        const kind = random();
        if (kind < 0.4) {
          while (pods.length < pod) pods.push(undefined);
          pods[pod] = source.pod();
          index.setPod(pod, pods[pod]);
        } else if (kind < 0.5) {
          if (pod < pods.length) pods[pod] = undefined;
          index.removePod(pod);
        } else if (kind < 0.9) {
          while (selectors.length < selector) selectors.push(undefined);
          selectors[selector] = source.selector();
          index.setSelector(selector, selectors[selector]);
        } else {
          if (selector < selectors.length) selectors[selector] = undefined;
          index.removeSelector(selector);
        }
        // A fresh build of all is slow: after each edit in a tenth of them, after each tenth else.
        if (edit > 1000 && edit % 10 !== 0) continue;
        const built = fresh(pods, selectors);
        if (!sameBytes(index.save(), built.save())) throw new Error(`SEED=${seed}, edit ${edit}`);
        const before = index.save();
        index.matchAll();
        if (!sameBytes(index.save(), before)) throw new Error(`SEED=${seed}, rows, edit ${edit}`);
      }
      expectOracle(index, pods, selectors);
    },
    60_000,
  );

  it("sees no inherited labels, first or learnt", () => {
    const pods = [{ namespace: "shop", labels: Object.create({ app: "a" }) }];
    const selectors = [{ selector: { matchLabels: { app: "a" } } }];
    expect(new LabelIndex(pods, selectors).holds(0, 0)).toBe(false);
    const index = new LabelIndex(pods);
    index.setSelector(0, selectors[0]);
    expect(index.holds(0, 0)).toBe(false);
  });

  it("forgets classes and values that nobody has any more", () => {
    const index = new LabelIndex([], [{ selector: {} }]);
    for (let i = 0; i < 12_000; i++) {
      const value = `v${i}`;
      index.setSelector(1, { selector: { matchLabels: { app: value } } });
      index.setPod(0, { namespace: "shop", labels: { app: value } });
      expect(index.selectorsOf(0)).toEqual([0, 1]);
    }
    expect(index.counts().classCount).toBe(1);
    expect(index.counts().atomCount).toBeLessThan(10_000);
    expect(index.counts().stateBytes).toBeLessThan(2_000_000);
  });

  it("holds more classes than 16 bits count", () => {
    const labels = Array.from({ length: 70_000 }, (_, i) => ({
      hi: `${i >> 8}`,
      lo: `${i & 255}`,
    }));
    const pods = labels.map((some) => ({ namespace: "shop", labels: some }));
    const parts = Array.from({ length: 274 }, (_, i) => `${i}`);
    const selectors = [
      { selector: { matchExpressions: [{ key: "hi", operator: "In" as const, values: parts }] } },
      { selector: { matchExpressions: [{ key: "lo", operator: "In" as const, values: parts }] } },
      { selector: { matchLabels: { hi: "273", lo: "7" } } },
    ];
    const index = new LabelIndex(pods, selectors);
    expect(index.counts().classCount).toBe(70_000);
    expect(index.selectorsOf(0)).toEqual([0, 1]);
    expect(index.selectorsOf(273 * 256 + 7)).toEqual([0, 1, 2]);
    expect(index.podsOf(2).filter((word) => word !== 0)).toHaveLength(1);
  });

  it.each([-1, 0.5, Number.NaN, MAX_INDEXED_PODS])("refuses pod %d", (number) => {
    const index = new LabelIndex();
    const refusal = expect.objectContaining({ code: "INVALID_ARGUMENT" });
    expect(() => index.setPod(number, { namespace: "a", labels: {} })).toThrow(refusal);
    expect(index.holds(number, 0)).toBe(false);
    expect(index.selectorsOf(number)).toEqual([]);
    expect(() => index.removePod(number)).not.toThrow();
  });

  it.each([-1, 0.5, Number.NaN, MAX_INDEXED_SELECTORS])("refuses selector %d", (number) => {
    const index = new LabelIndex([{ namespace: "a", labels: {} }], [{ selector: {} }]);
    const refusal = expect.objectContaining({ code: "INVALID_ARGUMENT" });
    expect(() => index.setSelector(number, { selector: {} })).toThrow(refusal);
    expect(index.holds(0, number)).toBe(false);
    expect(index.podsOf(number)).toEqual(new Int32Array(1));
  });

  it("refuses more values than it can number, and is as before", () => {
    const pods = [{ namespace: "a", labels: { app: "v1" } }];
    const index = new LabelIndex(pods, [{ selector: { matchLabels: { app: "v1" } } }]);
    const before = index.save();
    const values = Array.from({ length: 65_536 }, (_, i) => `v${i}`);
    const huge = { matchExpressions: [{ key: "app", operator: "In" as const, values }] };
    const refusal = expect.objectContaining({ code: "QUOTA" });
    expect(() => index.setSelector(0, { selector: huge })).toThrow(refusal);
    expect(sameBytes(index.save(), before)).toBe(true);
  });

  it("refuses rows beyond the limit, and is as before", () => {
    const count = 131_073;
    const pods = Array.from({ length: count }, (_, i) => ({
      namespace: "a",
      labels: { a: `${i % 512}`, b: `${i >> 9}` },
    }));
    const values = Array.from({ length: 512 }, (_, i) => `${i}`);
    const named = ["a", "b"].map((key) => ({ key, operator: "In" as const, values }));
    const index = new LabelIndex(pods, [{ selector: { matchExpressions: named } }]);
    const refusal = expect.objectContaining({ code: "QUOTA" });
    expect(() => index.setSelector(MAX_INDEXED_SELECTORS - 1, { selector: {} })).toThrow(refusal);
    expect(index.selectorsOf(count - 1)).toEqual([0]);
  });
});

describe("saved matches", () => {
  const index = new LabelIndex(
    [{ namespace: "a", labels: {} }],
    [{ selector: {} }, { namespace: "b", selector: {} }],
  );

  it("open at an offset", () => {
    const buffer = new ArrayBuffer(index.save().byteLength + 8);
    new Uint8Array(buffer).set(new Uint8Array(index.save()), 8);
    expect(openMatches(buffer, 8).selectorsOf(0)).toEqual([0]);
  });

  it("are refused when any word of them is wrong", () => {
    for (const offset of [1, -4, 1000]) {
      expect(() => openMatches(index.save(), offset)).toThrow(/no saved label matches/);
    }
    expect(() => openMatches(index.save().slice(0, -4))).toThrow(/no saved label matches/);
    // Magic, version, size and counts, and the row of the only pod.
    for (const word of [0, 1, 2, 3, 4, 5, index.save().byteLength / 4 - 1]) {
      for (const wrong of [-1, 0x7fff_fff0]) {
        const buffer = index.save();
        new Int32Array(buffer)[word] = wrong;
        expect(() => openMatches(buffer)).toThrow(/no saved label matches/);
      }
    }
  });
});
