import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { readExample } from "./example.ts";

const shop = fileURLToPath(new URL("../../../../examples/shop", import.meta.url));

it("the shop has two nodes, and every pod it expects is one that it starts", () => {
  const example = readExample(shop);
  expect(example.nodes).toEqual([
    { name: "n1", instanceId: "i-0000000000000a001" },
    { name: "n2", instanceId: "i-0000000000000a002" },
  ]);
  expect(example.pods.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual(
    example.expected.pods.map(({ pod }) => pod),
  );
  expect(new Set(example.pods.map(({ uid }) => uid)).size).toBe(example.pods.length);
});

it("an example with wrong files is refused with every problem and its place", () => {
  const folder = mkdtempSync(join(tmpdir(), "example-"));
  try {
    cpSync(shop, folder, { recursive: true });
    writeFileSync(join(folder, "expected.yaml"), "pods: []\nshow: a\nflows: []\nnope: 1\n");
    writeFileSync(join(folder, "kubernetes", "z.yaml"), "kind: Pod\n");
    expect(() => readExample(folder)).toThrow(/z\.yaml metadata[\s\S]*expected\.yaml/);
    expect(() => readExample(join(folder, "none"))).toThrow(/cannot read .*none/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
