import { describe, expect, it } from "vitest";
import { bundle } from "./bundle.ts";

/** What people take of the core, and the kilobytes that it may weigh minified. */
const USES = {
  "evaluate and explain": ["indexWorld, evaluate, explain", 120],
  "read manifests and EC2's answers": ["readManifests, readEc2Describe, worldOf", 60],
  "read and explain": [
    "readManifests, readEc2Describe, worldOf, indexWorld, rememberingIndex, evaluate, explain",
    160,
  ],
  "compile an image": ["compileImage", 60],
  "read an image": ["openImage, bindKernels", 20],
  "who can, what can, ports": ["whoCan, whatCan, portsBetween", 140],
  "matrix and its reports": ["matrix, reportMatrix, renderReport", 140],
  "say what would help": ["whyNot", 140],
  "select by labels at scale": ["LabelIndex", 20],
  "instance limits": ["limitsOf, instanceTypes", 20],
  "pools of addresses and VLANs": ["AddressPool, VlanPool", 20],
} as const;

/** All of it, which nobody needs at once; its goal is 120. */
const WHOLE_KILOBYTES_MAX = 360;

async function weigh(use: string, exports: string): Promise<number> {
  const { bytes, gzippedBytes } = await bundle(`export ${exports} from "@trunkline/core";`);
  process.stdout.write(`${use}: ${bytes} bytes, ${gzippedBytes} gzipped\n`);
  return bytes;
}

describe("the core, minified", () => {
  it.each(Object.entries(USES))("to %s stays within its size", async (use, [names, max]) => {
    expect(await weigh(use, `{ ${names} }`)).toBeLessThanOrEqual(max * 1000);
  });

  it("grows no further as a whole", async () => {
    expect(await weigh("everything", "*")).toBeLessThanOrEqual(WHOLE_KILOBYTES_MAX * 1000);
  });
});
