import { headerCount } from "./cloud-workload.mjs";

/** Allowed headers and a checksum over all of them in their order, as the C++ program makes them. */
export function checksum(allowed) {
  let count = 0;
  let sum = 0;
  for (const byte of allowed) {
    for (let bits = byte; bits !== 0; bits &= bits - 1) count++;
    sum = (Math.imul(sum, 31) + byte) >>> 0;
  }
  return `${count} ${sum}`;
}

/**
 * Throws unless all say the same of all headers, and walkers of some. Returns the share allowed,
 * and which of the C++ kernels this machine has.
 */
export async function checkAgreement({ kernels, wasm, rivals, columns, walkers, walked }) {
  kernels.batch4(0, 0, headerCount / 8);
  const expected = checksum(columns.allowed);
  wasm.kernels.batch4(0, 0, headerCount / 8);
  if (checksum(wasm.columns.allowed) !== expected) throw new Error("WASM disagrees");
  const rivalKernels = [];
  for (const kernel of rivals?.kernels ?? []) {
    const got = await rivals.check(kernel);
    if (got !== undefined && got !== expected) throw new Error(`C++ ${kernel} disagrees`);
    if (got !== undefined) rivalKernels.push(kernel);
  }
  checkWalkers({ kernels, columns, walkers, walked });
  return { allowRate: Number(expected.split(" ")[0]) / headerCount, rivalKernels };
}

function checkWalkers({ kernels, columns, walkers, walked }) {
  const { interfaces, addresses, protocols, ports, allowed } = columns;
  for (let at = 0; at < walked; at++) {
    const law = (allowed[at >> 3] >> (at & 7)) & 1;
    const header = [interfaces[at], addresses[at], protocols[at], ports[at]];
    const own = kernels.verdict4(header[0], 0, ...header.slice(1));
    if (own !== law) throw new Error(`single and batch disagree on header ${at}`);
    if (at % 16 !== 0) continue;
    for (const walker of walkers) {
      if (walker(...header) !== law) throw new Error(`a walker disagrees on header ${at}`);
    }
  }
}
