import { describe, expect, it } from "vitest";
import { bundle } from "./bundle.ts";

/** Bytes that no use of the core may exceed, minified. */
const USE_BYTES_MAX = 120_000;

/** What people take of the core, by what they do with it. */
const USES = {
  "read and explain":
    "readManifests, readEc2Describe, worldOf, indexWorld, rememberingIndex, evaluate, explain",
  "evaluate and explain": "indexWorld, evaluate, explain",
  "read manifests and EC2's answers": "readManifests, readEc2Describe, worldOf",
  "compile an image": "compileImage",
  "read an image": "openImage, bindKernels",
  "who can, what can, ports": "whoCan, whatCan, portsBetween",
  "matrix and its reports": "matrix, reportMatrix, renderReport",
  "say what would help": "whyNot",
  "select by labels at scale": "LabelIndex",
  "instance limits": "limitsOf, instanceTypes",
  "pools of addresses and VLANs": "AddressPool, VlanPool",
};

describe("the core, minified", () => {
  it.each(Object.entries(USES))("to %s is small", async (use, names) => {
    const { bytes, gzippedBytes } = await bundle(`export { ${names} } from "@trunkline/core";`);
    process.stdout.write(`${use}: ${bytes} bytes, ${gzippedBytes} gzipped\n`);
    expect(bytes).toBeLessThanOrEqual(USE_BYTES_MAX);
  });

  it("as a whole, which nobody needs at once, is no more than three uses", async () => {
    const { bytes, gzippedBytes } = await bundle('export * from "@trunkline/core";');
    process.stdout.write(`everything: ${bytes} bytes, ${gzippedBytes} gzipped\n`);
    expect(bytes).toBeLessThanOrEqual(3 * USE_BYTES_MAX);
  });
});
