import { TrunklineError } from "../errors/trunkline-error.ts";
import { type Image, openImage } from "../image/image.ts";
import type { HeaderColumns, Kernels } from "../image/kernels.ts";
import { COLUMN_ORDER, SIZE_ORDER } from "./kernel-bytes.ts";
import type { KernelModule } from "./kernel-module.ts";
import { WebAssembly } from "./web-assembly.ts";

/** Bytes of a page of memory. The first page is the kernels' own, the image begins at the second. */
const PAGE_BYTES = 65_536;
/** Bytes that a memory may have: addresses are int32. */
const MAX_BYTES = 2 ** 31 - PAGE_BYTES;

/** Room for headers beside an image. */
export interface HeaderRoom {
  /** Headers that the columns hold, a multiple of eight. */
  readonly headerCount: number;
  /** 6 makes addresses four words a header, as `batch6` reads them; 4, or nothing, one word. */
  readonly family?: 4 | 6;
}

/** WASM kernels, and the columns that their batches read and fill. */
export interface WasmKernels extends Kernels {
  /** They lie in the kernels' memory: write headers here, read verdicts from `allowed`. */
  readonly columns: HeaderColumns;
}

/**
 * Copies an image into a memory with room for headers, and binds WASM kernels to both.
 *
 * Batches are faster than those of `bindKernels`, single verdicts are not. What a `LiveImage` edits
 * does not reach the copy: bind again. Throws INVALID_ARGUMENT for a count of headers that is not a
 * multiple of eight, and QUOTA where the memory would be larger than 2 GiB or the system has. Its
 * kernels throw INVALID_ARGUMENT for blocks beyond the columns, `batch6` where there is no room for
 * its addresses, and all of them over damaged images.
 */
export function bindWasmKernels(
  module: KernelModule,
  image: Image,
  { headerCount, family = 4 }: HeaderRoom,
): WasmKernels {
  if (!Number.isInteger(headerCount) || headerCount < 0 || headerCount % 8 !== 0) {
    const text = `room for ${headerCount} headers is asked for, which is no multiple of eight`;
    throw new TrunklineError("INVALID_ARGUMENT", text);
  }
  const words = family === 6 ? 4 : 1;
  const roomAt = PAGE_BYTES + alignUp(image.sizeBytes);
  const memory = allot(roomAt + (7 + 4 * words) * headerCount + headerCount / 8);
  const { buffer } = memory;
  const bytes = new Uint8Array(image.buffer, image.byteOffset, image.sizeBytes);
  new Uint8Array(buffer).set(bytes, PAGE_BYTES);
  const columns = columnsAt(buffer, roomAt, { headerCount, words });
  const { interfaces: who, addresses, protocols: protocolOf, ports: portOf, allowed } = columns;
  const inside = openImage(buffer, PAGE_BYTES);
  const views = { ...inside, who, addresses, protocolOf, portOf, allowed };
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const addressesOf = COLUMN_ORDER.map((name) => views[name].byteOffset);
  exports.bind(...addressesOf, ...SIZE_ORDER.map((name) => image[name]), image.interfaceCount);
  return { ...guarded(exports as unknown as Kernels, columns), columns };
}

/** Columns one behind the other, the widest elements first, so that each is aligned. */
function columnsAt(
  buffer: ArrayBuffer,
  at: number,
  { headerCount, words }: { readonly headerCount: number; readonly words: number },
): HeaderColumns {
  const afterAddresses = at + 4 * words * headerCount;
  const afterInterfaces = afterAddresses + 4 * headerCount;
  const afterPorts = afterInterfaces + 2 * headerCount;
  return {
    addresses: new Int32Array(buffer, at, words * headerCount),
    interfaces: new Uint32Array(buffer, afterAddresses, headerCount),
    ports: new Uint16Array(buffer, afterInterfaces, headerCount),
    protocols: new Uint8Array(buffer, afterPorts, headerCount),
    allowed: new Uint8Array(buffer, afterPorts + headerCount, headerCount / 8),
  };
}

function allot(sizeBytes: number) {
  const refusal = (cause?: unknown) => {
    const text = `an image and its headers ask for ${sizeBytes} bytes of WASM memory`;
    return new TrunklineError("QUOTA", `${text}, which is more than can be had`, { cause });
  };
  if (sizeBytes > MAX_BYTES) throw refusal();
  try {
    return new WebAssembly.Memory({ initial: Math.ceil(sizeBytes / PAGE_BYTES) });
  } catch (cause) {
    throw refusal(cause);
  }
}

/** Kernels that stay inside their columns, and whose traps are errors with a code. */
function guarded(kernels: Kernels, { allowed, interfaces, addresses }: HeaderColumns): Kernels {
  const blockCount = allowed.length;
  const batch = (run: Kernels["batch4"], words: number): Kernels["batch4"] => {
    return (way, first, end) => {
      if (words * interfaces.length > addresses.length) {
        const text = "IPv6 is asked for, the columns have room for IPv4: bind with family 6";
        throw new TrunklineError("INVALID_ARGUMENT", text);
      }
      if (!(first >= 0 && end <= blockCount)) {
        const text = `blocks ${first} to ${end} are asked for, there are ${blockCount}`;
        throw new TrunklineError("INVALID_ARGUMENT", text);
      }
      try {
        run(way, first, end);
      } catch (cause) {
        throw damaged(cause);
      }
    };
  };
  return {
    verdict4: (eni, way, ip, protocol, port) => {
      try {
        return kernels.verdict4(eni, way, ip, protocol, port);
      } catch (cause) {
        throw damaged(cause);
      }
    },
    verdict6: (eni, way, a, b, c, d, protocol, port) => {
      try {
        return kernels.verdict6(eni, way, a, b, c, d, protocol, port);
      } catch (cause) {
        throw damaged(cause);
      }
    },
    batch4: batch(kernels.batch4, 1),
    batch6: batch(kernels.batch6, 4),
  };
}

function damaged(cause: unknown): TrunklineError {
  const text = "the image is damaged: a column points out of the memory";
  return new TrunklineError("INVALID_ARGUMENT", text, { cause });
}

function alignUp(bytes: number): number {
  return (bytes + 63) & ~63;
}
