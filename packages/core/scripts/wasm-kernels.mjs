// Puts an image and columns into one WASM memory and binds the kernels to where they lie there.
import { existsSync, readFileSync } from "node:fs";
import { columnOrder, sizeOrder } from "./write-kernels.mjs";

const pageBytes = 65_536;
const alignUp = (bytes) => (bytes + 63) & ~63;

/** The compiled module; without a file the one that build:wasm wrote, undefined if it did not. */
export function loadWasm(file = new URL("../dist/wasm/kernels.wasm", import.meta.url)) {
  if (existsSync(file)) return new WebAssembly.Module(readFileSync(file));
  process.stderr.write("WASM is left out: run build:wasm first\n");
  return undefined;
}

/**
 * Copies an image's bytes into a memory, columns behind it, and binds the WASM kernels to both.
 *
 * Returns the kernels and views of the columns in the memory; both are used as in JavaScript.
 */
export function bindWasm(module, image, columns) {
  const copies = Object.values(columns);
  const columnBytes = copies.reduce((sum, { byteLength }) => sum + alignUp(byteLength), 0);
  const imageAt = pageBytes;
  const sizeBytes = imageAt + alignUp(image.sizeBytes) + columnBytes + 64;
  const memory = new WebAssembly.Memory({ initial: Math.ceil(sizeBytes / pageBytes) });
  const bytes = new Uint8Array(memory.buffer);
  bytes.set(new Uint8Array(image.buffer, image.byteOffset, image.sizeBytes), imageAt);
  let end = imageAt + alignUp(image.sizeBytes);
  const placed = {};
  for (const [name, column] of Object.entries(columns)) {
    placed[name] = new column.constructor(memory.buffer, end, column.length);
    placed[name].set(column);
    end = alignUp(end + column.byteLength);
  }
  const env = { memory, abort: () => {} };
  const kernels = new WebAssembly.Instance(module, { env }).exports;
  const headers = {
    who: placed.interfaces,
    addresses: placed.addresses,
    protocolOf: placed.protocols,
    portOf: placed.ports,
    allowed: placed.allowed,
  };
  const addressOf = (name) =>
    headers[name]?.byteOffset ?? imageAt + image[name].byteOffset - image.byteOffset;
  const sizes = sizeOrder.map((name) => image[name]);
  kernels.bind(...columnOrder.map(addressOf), ...sizes, image.interfaceCount);
  return { kernels, columns: placed };
}
