// One run of build.bench.mjs in a process of its own: "first RULES SEED" or "saved FILE".
import { readFileSync } from "node:fs";
import { seededRandom } from "@trunkline/core";
import { bindKernels, compileImage, openImage } from "@trunkline/core/image";
import { cloudWorld } from "./cloud-workload.mjs";
import { timed } from "./timed.mjs";

const verdictCount = 1000;

function measureFirst(ruleCount, seed) {
  const world = cloudWorld(Number(ruleCount), seededRandom(Number(seed)));
  return timed(() => compileImage(world));
}

function measureSaved(file) {
  let allowed = 0;
  const time = timed(() => {
    const { buffer, byteOffset } = readFileSync(file);
    const image = openImage(buffer, byteOffset);
    const { verdict4 } = bindKernels(image);
    for (let at = 0; at < verdictCount; at++) {
      const eni = (at * 19) % image.interfaceCount;
      allowed += verdict4(eni, 0, (10 << 24) | (1 << 8) | (at & 255), 6, 443);
    }
  });
  return { ...time, allowed };
}

const [, , what, ...args] = process.argv;
const result = what === "first" ? measureFirst(...args) : measureSaved(...args);
process.stdout.write(JSON.stringify(result));
